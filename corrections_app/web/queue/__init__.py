"""TODO corrections_app.web.queue"""
