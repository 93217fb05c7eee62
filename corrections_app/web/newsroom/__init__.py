"""TODO corrections_app.web.newsroom"""
