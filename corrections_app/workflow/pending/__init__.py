"""TODO corrections_app.workflow.pending"""
