"""The console by forms alone: for who comes without a script. It does what the live one does, by the
same frames, actions and words.
"""
