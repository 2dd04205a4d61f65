package catalogue_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

// Measured on a real store: what its queries do with words they escape twice, and with orders they do not know.
func TestProductListsSearchAndSortAsTheRealQueriesDo(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t, func(c *shoptest.Config) { c.Version = "10.0.2" })
	for i, name := range []string{"Café Mug", "O'Hara's Cup", "Plain"} {
		p := shop.Product("1", func(p *catalogue.Product) { p.Name = name })
		at := shop.Time.Add(-time.Duration(i) * time.Hour)
		shop.Catalogue.SetProductDates(p.ID, at, at)
	}
	for _, c := range []struct{ query, names string }{
		{"search_name_or_sku=%&orderby=title&order=asc", "Café Mug O'Hara's Cup Plain"},
		{"search_name_or_sku=c%g", "Café Mug"},
		{"search_name_or_sku=cafe mug", "Café Mug"},
		{"search_name_or_sku=O'Hara", ""},
		{"search_name_or_sku=_", ""},
		{"orderby=sales", "Café Mug O'Hara's Cup Plain"},
		{"orderby=random&order=asc", "Plain O'Hara's Cup Café Mug"},
		{"orderby=include&order=desc", "Plain O'Hara's Cup Café Mug"},
	} {
		path := (&url.URL{Path: "/wc/v3/products", RawQuery: (&url.URL{Path: c.query}).EscapedPath()}).String()
		if got := shop.Ask("GET", path, "").Each("name"); got != c.names {
			t.Errorf("%s lists %q, want %q", c.query, got, c.names)
		}
	}
}

// Measured on 11.0.1, which takes each word from any of the fields and escapes once.
func TestSearchesInNamedFields(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	for _, name := range []string{"Café Mug", "O'Hara's Cup", "Plain"} {
		shop.Ask("POST", "/wc/v3/products", `{"name":%q,"sku":"X-%s"}`, name, name[:1])
	}
	for query, names := range map[string]string{
		"search_name_or_sku=%": "", "search_name_or_sku=mug X-": "Café Mug",
		"search_name_or_sku=O'Hara":     "O'Hara's Cup",
		"search=mug&search_fields=name": "Café Mug", "search=mug X-&search_fields=name,sku": "Café Mug",
		"search=mug zz&search_fields=name,sku": "", "search=X-&search_fields=name": "",
		"search=cafe&search_fields=name": "Café Mug",
	} {
		path := (&url.URL{Path: "/wc/v3/products", RawQuery: (&url.URL{Path: query}).EscapedPath()}).String()
		if got := shop.Ask("GET", path, "").Each("name"); got != names {
			t.Errorf("%s lists %q, want %q", query, got, names)
		}
	}
}

// Measured on 10.0.2, 10.3.6, 10.4.3 and 11.0.1: three products of one second, by date.
func TestProductsOfOneSecondStandByTheirNumbersSince10_4(t *testing.T) {
	t.Parallel()
	for version, names := range map[string]string{"10.3.6": "a b c", "10.4.3": "c b a", "11.0.1": "c b a"} {
		shop := shoptest.New(t, func(c *shoptest.Config) { c.Version = version })
		for _, name := range []string{"a", "b", "c"} {
			shop.Ask("POST", "/wc/v3/products", `{"name":%q,"date_created":"2026-11-02T10:00:00"}`, name)
		}
		if got := shop.Ask("GET", "/wc/v3/products?per_page=100", "").Each("name"); got != names {
			t.Errorf("%s lists %q, want %q", version, got, names)
		}
	}
}
