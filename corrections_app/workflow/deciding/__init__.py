"""TODO corrections_app.workflow.deciding"""
