from . import test_article_price, test_programs
