print("cogstack")
