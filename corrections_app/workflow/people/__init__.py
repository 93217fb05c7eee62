"""TODO corrections_app.workflow.people"""
