"""TODO corrections_app.workflow.queue"""
