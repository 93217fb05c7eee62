"""TODO corrections_app.domain.text"""
