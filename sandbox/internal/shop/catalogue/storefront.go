package catalogue

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// storefront serves the routes that show the catalogue to everybody, and those of WooCommerce's own administration that
// integrations meet. All are read-only, in the form of a real store (recordings leg-store; permission oracle store_api,
// wp, admin, marketplace, layout_templates).
type storefront struct{ *Store }

// shown is the page of published products a request asks for, newest first.
func (c storefront) shown(r *rest.Request, item func(*Product) rest.Item) *rest.Response {
	var matching []*Product
	for p := range c.Products.All() {
		if p.Status == "publish" && !p.IsVariation() {
			matching = append([]*Product{p}, matching...)
		}
	}
	perPage := core.AbsInt(r.Param("per_page"))
	if perPage == 0 {
		perPage = 10
	}
	total := int64(len(matching))
	first := min((max(core.AbsInt(r.Param("page")), 1)-1)*perPage, total)
	items := rest.List{}
	for _, p := range matching[first:min(first+perPage, total)] {
		items = append(items, item(p))
	}
	response := &rest.Response{Body: items}
	rest.Paginate(r, response, strings.TrimSuffix(r.Path, "/"), int(total), rest.Pages(int(total), int(perPage)))
	return response
}

// catalogue is the list of products of the Store API, with amounts in the smallest unit of the currency. The Store API
// is for browsers, so it allows every origin.
func (c storefront) catalogue(r *rest.Request) (*rest.Response, error) {
	response := c.shown(r, func(p *Product) rest.Item {
		json := c.storeProduct(r, p)
		return rest.Item{Data: json}
	})
	response.SetHeader("Access-Control-Allow-Methods", "OPTIONS, GET, POST, PUT, PATCH, DELETE")
	response.SetHeader("Access-Control-Allow-Credentials", "true")
	return response, nil
}

func (c storefront) storeProduct(r *rest.Request, p *Product) *rest.Object {
	currency := c.Option("woocommerce_currency")
	smallest := func(amount string) string { return core.Fixed(core.Number(amount)*100, 0) }
	price := smallest(c.currentPrice(p))
	regular := price
	if p.RegularPrice != "" {
		regular = smallest(p.RegularPrice)
	}
	stock := c.ShownStock(p)
	return rest.NewObject("id", p.ID, "name", p.Name, "slug", p.Slug, "parent", p.ParentID, "type", p.Type, "variation",
		"",
		"permalink", c.HomeOf(r)+"/product/"+p.Slug+"/", "sku", p.SKU,
		"short_description", formatContent(p.ShortDescription), "description", formatContent(p.Description),
		"on_sale", c.onSaleNow(p),
		"prices", rest.NewObject("price", price, "regular_price", regular, "sale_price", price, "price_range", nil,
			"currency_code", currency, "currency_symbol", core.CurrencySymbol(currency), "currency_minor_unit",
			int64(2),
			"currency_decimal_separator", c.Option("woocommerce_price_decimal_sep"), "currency_thousand_separator",
			c.Option("woocommerce_price_thousand_sep"),
			"currency_prefix", core.CurrencySymbol(currency), "currency_suffix", ""),
		"average_rating", "0", "review_count", int64(0), "images", c.imagesJSON(p, fullSize),
		"categories", c.termRefs(p.CategoryIDs), "tags", c.termRefs(p.TagIDs), "brands", c.termRefs(p.BrandIDs),
		"grouped_products", rest.List{}, "has_options", p.Type == "variable",
		"is_in_stock", stock.Status != "outofstock", "is_on_backorder", stock.Status == "onbackorder",
		"low_stock_remaining", nil, "sold_individually", p.SoldIndividually, "extensions", rest.NewObject(),
	)
}

// posts are products as posts of WordPress, without what a shop adds.
func (c storefront) posts(r *rest.Request) (*rest.Response, error) {
	if r.Text("context") == "edit" && !r.Can("edit_products") {
		return nil, r.Denied("rest_forbidden_context", "Sorry, you are not allowed to edit posts in this post type.")
	}
	return c.shown(r, func(p *Product) rest.Item {
		json := rest.NewObject("id", p.ID)
		json.Set("date", c.LocalDate(p.Created.Instant))
		json.Set("date_gmt", core.GMTDate(p.Created.Instant))
		link := c.HomeOf(r) + "/product/" + p.Slug + "/"
		json.Set("guid", rest.NewObject("rendered", link))
		json.Set("modified", c.LocalDate(p.Modified.Instant))
		json.Set("modified_gmt", core.GMTDate(p.Modified.Instant))
		json.Set("slug", p.Slug)
		json.Set("status", p.Status)
		json.Set("type", "product")
		json.Set("link", link)
		json.Set("title", rest.NewObject("rendered", wptext.EscapeDisplay(p.Name)))
		json.Set("content", rest.NewObject("rendered", formatContent(p.Description), "protected", false))
		json.Set("excerpt", rest.NewObject("rendered", formatContent(p.ShortDescription), "protected", false))
		json.Set("featured_media", p.ImageID)
		json.Set("comment_status", map[bool]string{true: "closed", false: "open"}[p.ReviewsClosed])
		json.Set("ping_status", "closed")
		json.Set("template", "")
		json.Set("meta", rest.List{})
		json.Set("product_brand", core.IDsJSON(p.BrandIDs))
		json.Set("product_cat", core.IDsJSON(p.CategoryIDs))
		json.Set("product_tag", core.IDsJSON(p.TagIDs))
		self := "/wp/v2/product/" + core.Itoa(p.ID)
		return rest.Item{Data: json, Links: []rest.Link{
			{Rel: "self", Href: r.RESTURL(self)}, {Rel: "collection", Href: r.RESTURL("/wp/v2/product")},
			{Rel: "about", Href: r.RESTURL("/wp/v2/types/product")},
		}}
	}), nil
}

// optionValues are rows of wp_options by name. A row that does not exist is false. Without names the answer is a list.
func (c storefront) optionValues(r *rest.Request) (*rest.Response, error) {
	values := &rest.Object{}
	for _, name := range strings.Split(r.Text("options"), ",") {
		if name == "" {
			continue
		}
		values.Set(name, false)
		if v, ok := c.OptionValue(name); ok {
			values.Set(name, v)
		}
	}
	if values.Len() == 0 {
		return &rest.Response{Body: rest.List{}}, nil
	}
	return &rest.Response{Body: values}, nil
}
