package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// What a write names besides its record has to be there: a store keeps an empty line for a product it does not know, puts a
// product into no category for a number it does not know, and into the standard tax class for any other name.

func (c *checking) lookUp(ctx context.Context, w Write) ([]FieldError, error) {
	body, err := parseObject(w.Body)
	if err != nil {
		return nil, err
	}
	switch w.Resource {
	case storage.Orders:
		return c.orderNames(ctx, w, body)
	case storage.Products, storage.Variations:
		return c.productNames(ctx, w, body)
	}
	return nil, nil
}

// orderNames looks for the products of the lines and for the customer.
func (c *checking) orderNames(ctx context.Context, w Write, body object) ([]FieldError, error) {
	var v violations
	for i, line := range entriesOf(body, "line_items") {
		if line == nil || numberIn(line, "id") != 0 {
			continue
		}
		key := fmt.Sprintf("line %s %d %d", textIn(line, "sku"), numberIn(line, "product_id"), numberIn(line, "variation_id"))
		wrong, looked := c.known[key]
		if !looked {
			field, problem, err := c.b.resolveLine(ctx, c.shop, c.names, w.StoreID, line)
			if err := c.passing(ctx, err); err != nil {
				return nil, err
			}
			if problem != "" {
				wrong = field + ": " + problem
			}
			c.known[key] = wrong
		}
		if field, problem, found := strings.Cut(wrong, ": "); found {
			v.add(fmt.Sprintf("line_items[%d].%s", i, field), "%s", problem)
		}
	}
	if id := numberIn(body, "customer_id"); id > 0 {
		if err := c.there(ctx, &v, "customer_id", w.StoreID, storage.Ref{Resource: storage.Customers, ID: id}, "customers", "customer"); err != nil {
			return nil, err
		}
	}
	return v.list, nil
}

// productNames looks for the terms, classes and attributes that a product names.
func (c *checking) productNames(ctx context.Context, w Write, body object) ([]FieldError, error) {
	var v violations
	for _, list := range []struct {
		field, path, one string
		resource         storage.Resource
	}{
		{"categories", "products/categories", "category", storage.Categories},
		{"tags", "products/tags", "tag", storage.Tags},
		{"brands", "products/brands", "brand", ""},
		{"attributes", "products/attributes", "attribute", storage.Attributes},
	} {
		for i, e := range entriesOf(body, list.field) {
			if id := numberIn(e, "id"); id > 0 {
				field := fmt.Sprintf("%s[%d].id", list.field, i)
				if err := c.there(ctx, &v, field, w.StoreID, storage.Ref{Resource: list.resource, ID: id}, list.path, list.one); err != nil {
					return nil, err
				}
			}
		}
	}
	for _, class := range []struct{ field, path, what string }{
		{"tax_class", "taxes/classes", "tax class"},
		{"shipping_class", "products/shipping_classes", "shipping class"},
	} {
		if slug := textIn(body, class.field); slug != "" && slug != "standard" && !(w.Resource == storage.Variations && slug == "parent") {
			if err := c.class(ctx, &v, class.field, class.path, class.what, slug); err != nil {
				return nil, err
			}
		}
	}
	if w.Resource == storage.Variations {
		if err := c.choices(ctx, &v, w, body); err != nil {
			return nil, err
		}
	}
	return v.list, nil
}

// passing lets an error of the store pass: who cannot be asked says nothing against a write.
func (c *checking) passing(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	if _, ofStore := woo.AsError(err); ofStore || errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}

// there looks for a record by its number, in the mirror and then on the store.
func (c *checking) there(ctx context.Context, v *violations, field string, storeID int64, ref storage.Ref, path, one string) error {
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
		v.add(field, "%s", wrong)
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

// class looks for a tax or shipping class by its slug. A store that knows none by it takes the standard one, or none.
func (c *checking) class(ctx context.Context, v *violations, field, path, what, slug string) error {
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
		v.add(field, "%s", wrong)
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

// choices holds the attributes of a variation against those of its product: the store drops an attribute that the product
// does not have for variations.
func (c *checking) choices(ctx context.Context, v *violations, w Write, body object) error {
	wanted := entriesOf(body, "attributes")
	if len(wanted) == 0 || w.ParentID == 0 {
		return nil
	}
	record, err := c.b.repo.MirroredRecord(ctx, w.StoreID, storage.Ref{Resource: storage.Products, ID: w.ParentID})
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	wrong := fitChoices(record.Raw, wanted)
	if len(wrong) > 0 || err != nil { // the mirror may be late
		answer, err := read(ctx, c.shop, targets[storage.Products].route.Record(0, w.ParentID), url.Values{"_fields": {"attributes"}})
		if err != nil {
			return c.passing(ctx, err)
		}
		wrong = fitChoices(answer.Body, wanted)
	}
	v.list = append(v.list, wrong...)
	return nil
}

func fitChoices(product json.RawMessage, wanted []object) []FieldError {
	var of struct {
		Attributes []struct {
			ID        int64    `json:"id"`
			Name      string   `json:"name"`
			Slug      string   `json:"slug"`
			Variation bool     `json:"variation"`
			Options   []string `json:"options"`
		} `json:"attributes"`
	}
	_ = json.Unmarshal(product, &of) // nothing known: every choice is wrong, and the store is asked
	var v violations
	for i, e := range wanted {
		id, name, option := numberIn(e, "id"), textIn(e, "name"), textIn(e, "option")
		var names []string
		fits, has := false, []string(nil)
		for _, a := range of.Attributes {
			if !a.Variation {
				continue
			}
			names = append(names, a.Name)
			if id != 0 && a.ID == id || id == 0 && (strings.EqualFold(a.Name, name) || strings.EqualFold(a.Slug, name)) {
				fits, has = true, a.Options
			}
		}
		at := fmt.Sprintf("attributes[%d].", i)
		switch {
		case !fits:
			v.add(at+"name", "the product has no such attribute for variations, and the store would drop it; it has %s", strings.Join(names, ", "))
		case option != "" && !slices.ContainsFunc(has, func(o string) bool { return strings.EqualFold(o, option) }):
			v.add(at+"option", "%q is no option of the product; it has %s", option, strings.Join(has, ", "))
		}
	}
	return v.list
}
