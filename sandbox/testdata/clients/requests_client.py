"""Uses Python's requests and requests-oauthlib, as Debian ships them, against the store in STORE_URL (TLS) and
PLAIN_URL (plain HTTP), which are two stores or two addresses of one. Ends with exit status 1 and the failed expectation
when an answer is not the one that a real store gives; prints the checks that passed."""

import os

import requests
from requests_oauthlib import OAuth1

KEY, SECRET = os.environ["STORE_KEY"], os.environ["STORE_SECRET"]
PLAIN_KEY, PLAIN_SECRET = os.environ.get("PLAIN_KEY", KEY), os.environ.get("PLAIN_SECRET", SECRET)


class Client:
    """The store at an address, asked through one session."""

    def __init__(self, base, auth=None, params=None):
        self.root = base + "/wp-json/wc/v3/"
        self.session = requests.Session()
        self.session.auth, self.session.params = auth, params or {}
        # The environment's own settings (proxies, other authorities) would win over verify.
        self.session.trust_env, self.session.verify = False, os.environ["CA_FILE"]

    def call(self, method, path, status, **arguments):
        answer = self.session.request(method, self.root + path, **arguments)
        assert answer.status_code == status, (method, path, answer.status_code, answer.text[:300])
        return answer

    def refused(self, method, path, status, code, **arguments):
        body = self.call(method, path, status, **arguments).json()
        assert body["code"] == code and body["data"]["status"] == status, body


def pages(client, path, **params):
    """All pages by number. The Link header says whether there is a next one; it cannot be followed by a client that
    signs its requests, because WordPress repeats the signature of the answered request in it."""
    number = 1
    while True:
        answer = client.call("GET", path, 200, params={**params, "page": number})
        yield answer
        assert ("next" in answer.links) == (number < int(answer.headers["X-WP-TotalPages"])), answer.links
        if "next" not in answer.links:
            return
        number += 1


def products(client):
    made = client.call("POST", "products", 201, json={
        "name": "Linen shirt", "regular_price": "21.99", "manage_stock": True, "stock_quantity": 5,
        "meta_data": [{"key": "erp_id", "value": {"site": "ü", "bin": [1, 2]}}],
    })
    product = made.json()
    assert made.headers["Location"] == client.root + f"products/{product['id']}"
    assert (product["price"], product["stock_status"], product["status"]) == ("21.99", "instock", "publish")
    assert product["meta_data"][0]["value"] == {"site": "ü", "bin": [1, 2]}
    changed = client.call("PUT", f"products/{product['id']}", 200, json={"sale_price": "11.90"}).json()
    assert (changed["price"], changed["on_sale"], changed["regular_price"]) == ("11.90", True, "21.99")
    narrow = {"search": "linen", "include": product["id"], "_fields": "id,name"}
    found = client.call("GET", "products", 200, params=narrow).json()
    assert found == [{"id": product["id"], "name": "Linen shirt"}], found
    client.refused("POST", "products", 400, "rest_invalid_param", json={"name": "x", "type": "bogus"})
    client.refused("GET", "products/999999", 404, "woocommerce_rest_product_invalid_id")
    return product["id"]


def orders(client, product):
    order = client.call("POST", "orders", 201, json={
        "payment_method": "bacs", "set_paid": True, "billing": {"first_name": "Zoë", "email": "zoe@example.com"},
        "line_items": [{"product_id": product, "quantity": 2}],
        "shipping_lines": [{"method_id": "flat_rate", "method_title": "Flat", "total": "4.00"}],
    }).json()
    assert (order["status"], order["total"], order["billing"]["first_name"]) == ("processing", "27.80", "Zoë"), order
    assert client.call("GET", f"products/{product}", 200).json()["stock_quantity"] == 3
    path = f"orders/{order['id']}"
    done = client.call("PUT", path, 200, json={"status": "completed"}).json()
    assert done["date_completed_gmt"] is not None
    client.call("POST", path + "/notes", 201, json={"note": "Packed"})
    notes = client.call("GET", path + "/notes", 200).json()
    assert "Packed" in [note["note"] for note in notes]
    refund = client.call("POST", path + "/refunds", 201, json={"amount": "5.00", "api_refund": False}).json()
    assert refund["amount"] == "5.00"
    assert client.call("GET", path, 200).json()["refunds"][0]["total"] == "-5.00"
    client.refused("PUT", path, 400, "rest_invalid_param", json={"status": "bogus"})
    client.refused("GET", "orders/999999", 404, "woocommerce_rest_shop_order_invalid_id")
    client.refused("GET", "orders", 400, "rest_invalid_param", params={"per_page": 101})
    return order["id"]


def batch(client, product):
    made = client.call("POST", "orders/batch", 200, json={"create": [{"customer_note": str(n)} for n in range(7)]}).json()
    ids = [order["id"] for order in made["create"]]
    assert len(set(ids)) == 7
    seen = []
    for page in pages(client, "orders", include=",".join(map(str, ids)), orderby="id", order="asc", per_page=3):
        assert (page.headers["X-WP-Total"], page.headers["X-WP-TotalPages"]) == ("7", "3")
        seen += [order["id"] for order in page.json()]
    assert seen == ids, (seen, ids)
    mixed = client.call("POST", "orders/batch", 200, json={
        "update": [{"id": ids[0], "status": "on-hold"}, {"id": 999999, "status": "on-hold"}], "delete": ids[1:],
    }).json()
    assert mixed["update"][0]["status"] == "on-hold"
    assert mixed["update"][1]["error"]["data"] == {"status": 400}, mixed["update"][1]
    assert [order["id"] for order in mixed["delete"]] == ids[1:]
    client.refused("GET", f"orders/{ids[1]}", 404, "woocommerce_rest_shop_order_invalid_id")
    many = {"create": [{"name": "x"}] * 101}
    client.refused("POST", "products/batch", 413, "woocommerce_rest_request_entity_too_large", json=many)
    return ids[0]


def deletions(client, order, product):
    client.call("DELETE", f"orders/{order}", 200)
    assert client.call("GET", f"orders/{order}", 200).json()["status"] == "trash"
    client.refused("DELETE", f"orders/{order}", 410, "woocommerce_rest_already_trashed")
    client.call("DELETE", f"orders/{order}", 200, params={"force": "true"})
    client.call("DELETE", f"products/{product}", 200, params={"force": "true"})
    client.refused("GET", f"products/{product}", 404, "woocommerce_rest_product_invalid_id")


def life(name, client):
    product = products(client)
    order = orders(client, product)
    other = batch(client, product)
    deletions(client, order, product)
    client.call("DELETE", f"orders/{other}", 200, params={"force": "true"})
    print(name, "create, list, page, update, note, refund, batch, delete, errors")


def refusals():
    base, code = os.environ["STORE_URL"], "woocommerce_rest_authentication_error"
    Client(base).refused("GET", "orders", 401, "woocommerce_rest_cannot_view")
    Client(base, auth=(KEY, "cs_wrong")).refused("GET", "orders", 401, code)
    Client(base, params={"consumer_key": KEY, "consumer_secret": "cs_wrong"}).refused("GET", "orders", 401, code)
    wrong = OAuth1(PLAIN_KEY, "cs_wrong", signature_type="query")
    Client(os.environ["PLAIN_URL"], auth=wrong).refused("GET", "orders", 401, code)
    stranger = requests.Session()
    stranger.trust_env = False
    try:
        stranger.get(base + "/wp-json/wc/v3/orders", auth=(KEY, SECRET))
    except requests.exceptions.SSLError:
        print("refused no key, wrong secret, wrong signature; certificate checked")
    else:
        raise AssertionError("a client without the authority trusts the certificate")


if __name__ == "__main__":
    life("basic", Client(os.environ["STORE_URL"], auth=(KEY, SECRET)))
    life("query", Client(os.environ["STORE_URL"], params={"consumer_key": KEY, "consumer_secret": SECRET}))
    for digest in ("HMAC-SHA1", "HMAC-SHA256"):
        oauth = OAuth1(PLAIN_KEY, PLAIN_SECRET, signature_type="query", signature_method=digest)
        life(digest, Client(os.environ["PLAIN_URL"], auth=oauth))
    refusals()
