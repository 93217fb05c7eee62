"""TODO corrections_app.domain.bodies"""
