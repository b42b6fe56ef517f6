from . import consignment_article_lose, consignment_settle
