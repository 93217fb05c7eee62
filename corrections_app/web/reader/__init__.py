"""TODO corrections_app.web.reader"""
