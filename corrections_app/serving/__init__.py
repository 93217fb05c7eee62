"""TODO corrections_app.serving"""
