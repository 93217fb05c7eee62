"""TODO corrections_app.workflow.submitting"""
