"""TODO corrections_app.workflow.letters"""
