package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A write may name other records, and they must exist. A store keeps an empty line for an unknown product, puts a
// product into no category for an unknown number, and into the standard tax class for an unknown name.
//
// The store itself refuses unknown coupon codes of orders, pictures of products by their id, and parents of categories,
// so these are not checked. A wrong id of a category's picture is noticed after the answer, because no route of the API
// lists pictures.

func (c *checking) lookUp(ctx context.Context, w intent.Write) ([]intent.FieldError, error) {
	body, err := document.Parse(w.Body)
	if err != nil {
		return nil, err
	}
	v := validate.Violations{Write: w}
	switch w.Resource {
	case storage.Orders:
		if err = c.knownStatus(ctx, &v, w.StoreID, body); err == nil {
			err = c.orderNames(ctx, &v, w, body)
		}
	case storage.Products, storage.Variations:
		err = c.productNames(ctx, &v, w, body)
	case storage.Coupons:
		err = c.lists(ctx, &v, w, body)
	}
	if err == nil && (w.Resource == storage.Orders || w.Resource == storage.Customers) {
		base, _ := document.Parse(w.Base) // without a record the caller saw nothing
		err = c.addresses(ctx, &v, body, base)
	}
	return v.List, err
}

// lists checks that the records exist whose numbers a product or coupon lists.
func (c *checking) lists(ctx context.Context, v *validate.Violations, w intent.Write, body document.Object) error {
	base, _ := document.Parse(w.Base) // without a record the caller saw nothing
	for _, list := range []struct {
		fields   string
		route    woo.Route
		one      string
		resource storage.Resource
	}{
		{"upsell_ids cross_sell_ids grouped_products product_ids excluded_product_ids", woo.RouteProducts, "product",
			storage.Products},
		{"product_categories excluded_product_categories", woo.RouteCategories, "category", storage.Categories},
	} {
		for _, field := range document.Words(list.fields) {
			var ids, seen []int64
			if json.Unmarshal(body[field], &ids) != nil {
				continue // missing, or no list of numbers: another check reports it
			}
			_ = json.Unmarshal(base[field], &seen) // without a list the caller saw no numbers
			for i, id := range ids {
				if slices.Contains(seen, id) {
					continue
				}
				at, ref := fmt.Sprintf("%s[%d]", field, i), storage.Ref{Resource: list.resource, ID: id}
				if err := c.there(ctx, v, at, w.StoreID, ref, list.route.List(0), list.one); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// orderNames checks that the products of the lines and the customer exist.
func (c *checking) orderNames(ctx context.Context, v *validate.Violations, w intent.Write, body document.Object) error {
	for i, line := range validate.Entries(body, "line_items") {
		if line == nil || document.Number(line, "id") != 0 {
			continue
		}
		key := fmt.Sprintf("line %s %d %d", document.Text(line, "sku"), document.Number(line, "product_id"),
			document.Number(line, "variation_id"))
		wrong, looked := c.known[key]
		if !looked {
			field, problem, err := c.b.resolveLine(ctx, c.shop, c.names, w.StoreID, line)
			if err := c.passing(ctx, err); err != nil {
				return err
			}
			if problem != "" {
				wrong = field + ": " + problem
			}
			c.known[key] = wrong
		}
		if field, problem, found := strings.Cut(wrong, ": "); found {
			v.Add(fmt.Sprintf("line_items[%d].%s", i, field), "%s", problem)
		}
	}
	if id := document.Number(body, "customer_id"); id > 0 {
		ref := storage.Ref{Resource: storage.Customers, ID: id}
		return c.there(ctx, v, "customer_id", w.StoreID, ref, woo.RouteCustomers.List(0), "customer")
	}
	return nil
}

// productNames checks that the terms, classes and attributes exist that a product names.
func (c *checking) productNames(
	ctx context.Context, v *validate.Violations, w intent.Write, body document.Object,
) error {
	if err := c.lists(ctx, v, w, body); err != nil {
		return err
	}
	for _, list := range []struct {
		field, one string
		route      woo.Route
		resource   storage.Resource
	}{
		{"categories", "category", woo.RouteCategories, storage.Categories},
		{"tags", "tag", woo.RouteTags, storage.Tags},
		{"brands", "brand", woo.RouteBrands, ""},
		{"attributes", "attribute", woo.RouteAttributes, storage.Attributes},
	} {
		for i, e := range validate.Entries(body, list.field) {
			if id := document.Number(e, "id"); id > 0 {
				field := fmt.Sprintf("%s[%d].id", list.field, i)
				ref := storage.Ref{Resource: list.resource, ID: id}
				if err := c.there(ctx, v, field, w.StoreID, ref, list.route.List(0), list.one); err != nil {
					return err
				}
			}
		}
	}
	for _, class := range []struct {
		field string
		route woo.Route
		what  string
	}{
		{"tax_class", woo.RouteTaxClasses, "tax class"},
		{"shipping_class", woo.RouteShippingClasses, "shipping class"},
	} {
		if slug := document.Text(body, class.field); slug != "" && slug != "standard" &&
			!(w.Resource == storage.Variations &&
				slug == "parent") {
			if err := c.class(ctx, v, class.field, class.route.List(0), class.what, slug); err != nil {
				return err
			}
		}
	}
	if w.Resource == storage.Variations {
		return c.choices(ctx, v, w, body)
	}
	return nil
}

// there looks for a record by its number, in the mirror and then on the store, and adds a violation when it does not
// exist.
func (c *checking) there(
	ctx context.Context, v *validate.Violations, field string, storeID int64, ref storage.Ref, path, one string,
) error {
	key := fmt.Sprintf("%s/%d", path, ref.ID)
	wrong, looked := c.known[key]
	if !looked {
		var err error
		if wrong, err = c.look(ctx, storeID, ref, key, one); err != nil {
			return err
		}
		c.known[key] = wrong
	}
	if wrong != "" {
		v.Add(field, "%s", wrong)
	}
	return nil
}

func (c *checking) look(ctx context.Context, storeID int64, ref storage.Ref, path, one string) (string, error) {
	if ref.Resource != "" {
		_, err := c.b.repo.MirroredRecord(ctx, storeID, ref)
		if err == nil || !errors.Is(err, storage.ErrNotFound) {
			return "", err
		}
	}
	_, err := read(ctx, c.shop, path, url.Values{"_fields": {"id"}})
	if woo.IsNotFound(err) {
		return fmt.Sprintf("the store has no %s %d", one, ref.ID), nil
	}
	return "", c.passing(ctx, err)
}

// class looks for a tax or shipping class by its slug. A store takes the standard class, or none, for an unknown slug.
func (c *checking) class(ctx context.Context, v *validate.Violations, field, path, what, slug string) error {
	key := path + " " + slug
	wrong, looked := c.known[key]
	if !looked {
		var err error
		if wrong, err = c.lookForClass(ctx, field, path, what, slug); err != nil {
			return err
		}
		c.known[key] = wrong
	}
	if wrong != "" {
		v.Add(field, "%s", wrong)
	}
	return nil
}

func (c *checking) lookForClass(ctx context.Context, field, path, what, slug string) (string, error) {
	var found []struct {
		Slug string `json:"slug"`
	}
	query := url.Values{"_fields": {"slug"}}
	if field == "shipping_class" {
		query.Set("slug", slug)
	}
	if err := list(ctx, c.shop, path, query, &found); err != nil {
		return "", c.passing(ctx, err)
	}
	var slugs []string
	for _, class := range found {
		slugs = append(slugs, class.Slug)
	}
	if slices.Contains(slugs, slug) {
		return "", nil
	}
	known := ""
	if field == "tax_class" {
		known = "; it has " + strings.Join(slugs, ", ")
	}
	return fmt.Sprintf("the store has no %s %q, and would pass over it%s (the slug is wanted)", what, slug, known), nil
}

// choices compares the attributes of a variation with those of its product: the store drops an attribute that the
// product does not have for variations.
func (c *checking) choices(ctx context.Context, v *validate.Violations, w intent.Write, body document.Object) error {
	wanted := validate.Entries(body, "attributes")
	if len(wanted) == 0 || w.ParentID == 0 {
		return nil
	}
	record, err := c.b.repo.MirroredRecord(ctx, w.StoreID, storage.Ref{Resource: storage.Products, ID: w.ParentID})
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	wrong := fitChoices(record.Raw, wanted)
	if len(wrong) > 0 || err != nil { // the mirror may be out of date
		answer, err := read(ctx, c.shop, intent.Targets[storage.Products].Route.Record(0, w.ParentID),
			url.Values{"_fields": {"attributes"}})
		if err != nil {
			return c.passing(ctx, err)
		}
		wrong = fitChoices(answer.Body, wanted)
	}
	v.List = append(v.List, wrong...)
	return nil
}

func fitChoices(product json.RawMessage, wanted []document.Object) []intent.FieldError {
	var of struct {
		Attributes []struct {
			ID        document.ID `json:"id"`
			Name      string      `json:"name"`
			Slug      string      `json:"slug"`
			Variation bool        `json:"variation"`
			Options   []string    `json:"options"`
		} `json:"attributes"`
	}
	_ = json.Unmarshal(product, &of) // without attributes every choice is wrong, and the store is asked
	var v validate.Violations
	for i, e := range wanted {
		id, name, option := document.Number(e, "id"), document.Text(e, "name"), document.Text(e, "option")
		var names []string
		fits, has := false, []string(nil)
		for _, a := range of.Attributes {
			if !a.Variation {
				continue
			}
			names = append(names, a.Name)
			if id != 0 && int64(a.ID) == id || id == 0 &&
				(strings.EqualFold(a.Name, name) || strings.EqualFold(a.Slug, name)) {
				fits, has = true, a.Options
			}
		}
		at := fmt.Sprintf("attributes[%d].", i)
		switch {
		case !fits:
			v.Add(at+"name", "the product has no such attribute for variations, and the store would drop it; it has %s",
				strings.Join(names, ", "))
		case option != "" && !slices.ContainsFunc(has, func(o string) bool { return strings.EqualFold(o, option) }):
			v.Add(at+"option", "%q is no option of the product; it has %s", option, strings.Join(has, ", "))
		}
	}
	return v.List
}
