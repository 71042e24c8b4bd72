"""`python -m rehabsteg.launcher` starts the product; see `product`."""

import sys

from rehabsteg.launcher.product import Product

sys.exit(Product().run())
