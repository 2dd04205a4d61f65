package catalogue_test

import (
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestAVariableProductShowsThePriceAndTheStockOfItsVariations(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	shirt := shop.Ask("POST", "/wc/v3/products", `{"name":"Shirt","type":"variable",
		"attributes":[{"name":"Size","visible":true,"variation":true,"options":["S","M"]}]}`)
	path := "/wc/v3/products/" + shirt.At("id")
	small := shop.Ask("POST", path+"/variations", `{"regular_price":"10","attributes":[{"name":"Size","option":"S"}]}`)
	small.Shows("price=10 attributes.0.option=S")
	shop.Ask("POST", path+"/variations",
		`{"regular_price":"12","sale_price":"8","attributes":[{"name":"Size","option":"M"}]}`)
	shop.Ask("GET", path, "").Shows("price=8 on_sale=true stock_status=instock variations=2+elements")
	for _, id := range []string{"0", "1"} {
		shop.Ask("PUT", path+"/variations/"+shop.Ask("GET", path, "").
			At("variations."+id), `{"stock_status":"outofstock"}`)
	}
	shop.Ask("GET", path, "").Shows("stock_status=outofstock")
	shop.Ask("DELETE", path+"/variations/"+small.At("id")+"?force=true", "")
	shop.Ask("GET", path, "").Shows("variations=1+elements")
}

func TestACategoryCountsThePublishedProductsInIt(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	above := shop.Ask("POST", "/wc/v3/products/categories", `{"name":"Clothes"}`)
	below := shop.Ask("POST", "/wc/v3/products/categories", `{"name":"Shirts","parent":%s}`, above.At("id"))
	for _, status := range []string{"publish", "draft"} {
		shop.Ask("POST", "/wc/v3/products", `{"name":"P","status":%q,"categories":[{"id":%s}]}`, status, below.At("id"))
	}
	shop.Ask("GET", "/wc/v3/products/categories/"+below.At("id"), "").Shows("count=1 slug=shirts")
	if got := shop.Ask("GET", "/wc/v3/products?category="+above.At("id"), "").Header.Get("X-WP-Total"); got != "2" {
		t.Errorf("the category above finds %s products", got)
	}
}

func TestStockThatIsCountedDecidesWhetherThereIsAny(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	p := shop.Product("1", shoptest.Stocked(2))
	clerk := shop.Catalogue.As(shop.Actor(nil))
	if left := clerk.AdjustStock(p, -2); left != 0 || p.StockStatus != "outofstock" {
		t.Errorf("%d are left, and the status is %q", left, p.StockStatus)
	}
	if left := clerk.AdjustStock(p, 5); left != 5 || p.StockStatus != "instock" {
		t.Errorf("%d are there, and the status is %q", left, p.StockStatus)
	}
	shop.Ask("GET", "/wc/v3/products/"+core.Itoa(p.ID), "").Shows("stock_quantity=5 stock_status=instock")
}
