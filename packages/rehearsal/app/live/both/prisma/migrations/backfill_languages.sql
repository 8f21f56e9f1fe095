-- Run by hand once: the first import left the language empty.
UPDATE books SET language = 'en' WHERE language = '';
