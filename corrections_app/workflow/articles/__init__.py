"""TODO corrections_app.workflow.articles"""
