"""TODO corrections_app.domain.warnings"""
