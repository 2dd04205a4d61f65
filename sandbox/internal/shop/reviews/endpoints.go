package reviews

import (
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// reviews is the controller of /products/reviews.
type reviews struct{ *Store }

// mayOne looks for the review before it checks the permission.
func (c reviews) mayOne(action capability.Action, message string) rest.Permission {
	return func(r *rest.Request) error {
		if _, err := c.review(r); err != nil {
			return err
		}
		return c.May(r, capability.Reviews, action, capability.Record{}, message)
	}
}

// review finds the review that a request names. Reviews of other things than products do not count.
func (c reviews) review(r *rest.Request) (*Review, error) {
	v, ok := c.Reviews.Get(r.Int("id"))
	if !ok {
		return nil, rest.Errorf(404, "woocommerce_rest_review_invalid_id", "Invalid review ID.")
	}
	if v.ProductID != 0 && !c.catalogue.IsProduct(v.ProductID) {
		return nil, rest.Errorf(404, "woocommerce_rest_product_invalid_id", "Invalid product ID.")
	}
	return v, nil
}

func (c reviews) get(r *rest.Request) (*rest.Response, error) {
	v, err := c.review(r)
	if err != nil {
		return nil, err
	}
	return c.answer(r, v, r.Text("context") == "edit"), nil
}

func (c reviews) answer(r *rest.Request, v *Review, edit bool) *rest.Response {
	return &rest.Response{Body: c.reviewJSON(r, v, edit), Links: reviewLinks(r, v)}
}

func (c reviews) create(r *rest.Request) (*rest.Response, error) {
	if rest.Truthy(r.Param("id")) {
		return nil, rest.Errorf(400, "woocommerce_rest_review_exists", "Cannot create existing product review.")
	}
	if !c.catalogue.IsProduct(r.Int("product_id")) {
		return nil, rest.Errorf(404, "woocommerce_rest_product_invalid_id", "Invalid product ID.")
	}
	clerk := c.as(r.Caller)
	v := &Review{Address: remoteAddress(r)}
	c.fill(v, r)
	if v.Created.Instant.IsZero() {
		v.Created = c.catalogue.PostTime(c.Now())
	}
	if !rest.Truthy(v.Content) {
		return nil, rest.Errorf(400, "woocommerce_rest_review_content_invalid", "Invalid review content.")
	}
	if err := checkReviewLengths(v); err != nil {
		return nil, err
	}
	if err := clerk.refuseRepetition(v); err != nil {
		return nil, err
	}
	cleanReview(v, r.Can("unfiltered_html"))
	clerk.insertReview(v)
	if status := r.Param("status"); status != nil {
		clerk.moveReview(v, rest.Text(status))
	}
	c.rate(v, r)
	response := c.answer(r, v, r.Can("moderate_comments"))
	response.Status = 201
	response.SetHeader("Location", r.RESTURL("/wc/v3/products/reviews/"+core.Itoa(v.ID)))
	return response, nil
}

// remoteAddress is the address a request came from.
func remoteAddress(r *rest.Request) string {
	if r.HTTP == nil {
		return "127.0.0.1"
	}
	host, _, found := strings.Cut(r.HTTP.RemoteAddr, ":")
	if !found || host == "" {
		return "127.0.0.1"
	}
	return host
}

// fill takes what a request says about a review.
func (c reviews) fill(v *Review, r *rest.Request) {
	if text := r.Param("review"); text != nil {
		v.Content = rest.Text(text)
	}
	if id := r.Param("product_id"); id != nil {
		v.ProductID = rest.Int(id)
	}
	if name := r.Param("reviewer"); name != nil {
		v.Reviewer = rest.Text(name)
	}
	if email := r.Param("reviewer_email"); email != nil {
		v.Email = rest.Text(email)
	}
	if local := r.Param("date_created"); rest.Truthy(local) {
		if at, ok := rest.ParseDateTime(rest.Text(local)); ok {
			v.Created = c.catalogue.PostTime(at.In(c.Zone()))
		}
	} else if gmt := r.Param("date_created_gmt"); rest.Truthy(gmt) {
		if at, ok := rest.ParseDateTime(rest.Text(gmt)); ok {
			v.Created = c.catalogue.PostTime(at.Wall)
		}
	}
}

// rate stores rating and verification, which WooCommerce stores last.
func (c reviews) rate(v *Review, r *rest.Request) {
	if rating := r.Param("rating"); rest.Truthy(rating) {
		v.Rating = rest.Int(rating)
	}
	if verified := r.Param("verified"); rest.Truthy(verified) {
		yes := true
		v.verified = &yes
	}
	c.catalogue.CatalogueChanged()
}

func (c reviews) update(r *rest.Request) (*rest.Response, error) {
	v, err := c.review(r)
	if err != nil {
		return nil, err
	}
	changed := *v
	c.fill(&changed, r)
	if id := r.Param("product_id"); rest.Truthy(id) && !c.catalogue.IsProduct(changed.ProductID) {
		return nil, rest.Errorf(404, "woocommerce_rest_product_invalid_id", "Invalid product ID.")
	}
	if r.Param("review") != nil && !rest.Truthy(changed.Content) {
		return nil, rest.Errorf(400, "woocommerce_rest_review_content_invalid", "Invalid review content.")
	}
	if err := checkReviewLengths(&changed); err != nil {
		return nil, err
	}
	// The author decides which HTML stays, and reviews have no author.
	cleanReview(&changed, false)
	clerk := c.as(r.Caller)
	c.Reviews.Change(v, func(v *Review) { *v = changed })
	c.catalogue.CatalogueChanged()
	clerk.countReviews(v.ProductID)
	if status := r.Param("status"); status != nil {
		clerk.moveReview(v, rest.Text(status))
	}
	c.rate(v, r)
	return c.answer(r, v, true), nil
}

func (c reviews) remove(r *rest.Request) (*rest.Response, error) {
	v, err := c.review(r)
	if err != nil {
		return nil, err
	}
	clerk := c.as(r.Caller)
	if r.Bool("force") {
		previous := c.reviewJSON(r, v, true)
		clerk.deleteReview(v)
		return &rest.Response{Body: rest.NewObject("deleted", true, "previous", previous)}, nil
	}
	if v.Status == "trash" {
		return nil, rest.Errorf(410, "woocommerce_rest_already_trashed", "The object has already been trashed.")
	}
	clerk.moveReview(v, "trash")
	return c.answer(r, v, true), nil
}

func (c reviews) batch(r *rest.Request) (*rest.Response, error) {
	return rest.Batch(r, rest.BatchOperations{
		CreatePermission: c.MayAll(capability.Reviews, capability.Create, core.CannotCreate),
		UpdatePermission: c.mayOne(capability.Update, core.CannotEdit),
		DeletePermission: c.mayOne(capability.Delete, core.CannotDelete),
		Create:           c.create,
		Update:           c.update,
		Delete:           c.remove,
		CreateDefaults:   rest.NewObject("status", "approved"),
	})
}

func (c reviews) reviewJSON(r *rest.Request, v *Review, edit bool) *rest.Object {
	json, view := &rest.Object{}, c.ViewOf(r)
	put := func(name string, value func() rest.Value) {
		if view.Wants(name) {
			json.Set(name, value())
		}
	}
	static := func(name string, value rest.Value) { put(name, func() rest.Value { return value }) }
	static("id", v.ID)
	static("date_created", v.Created.Wall.Format(core.WireTime))
	static("date_created_gmt", core.GMTTime(v.Created.Instant))
	static("product_id", v.ProductID)
	p, exists := c.catalogue.Products.Get(v.ProductID)
	put("product_name", func() rest.Value {
		if !exists {
			return ""
		}
		return shownTitle(p)
	})
	put("product_permalink", func() rest.Value {
		if !exists {
			return false
		}
		return c.catalogue.Permalink(p, r)
	})
	static("status", v.Status)
	static("reviewer", v.Reviewer)
	static("reviewer_email", v.Email)
	put("review", func() rest.Value { return catalogue.ShownText(v.Content, edit) })
	static("rating", v.Rating)
	put("verified", func() rest.Value { return c.isVerified(v) })
	put("reviewer_avatar_urls", func() rest.Value {
		return rest.NewObject("24", customers.AvatarURL(v.Email, 24), "48", customers.AvatarURL(v.Email, 48), "96",
			customers.AvatarURL(v.Email, 96))
	})
	return json
}

// shownTitle is the title of a product as pages show it.
func shownTitle(p *catalogue.Product) string {
	title := p.Name
	switch {
	case p.Password != "":
		title = "Protected: " + title
	case p.Status == "private":
		title = "Private: " + title
	}
	return wptext.Title(title)
}

func reviewLinks(r *rest.Request, v *Review) []rest.Link {
	links := []rest.Link{
		{Rel: "self", Href: r.RESTURL("/wc/v3/products/reviews/" + core.Itoa(v.ID))},
		{Rel: "collection", Href: r.RESTURL("/wc/v3/products/reviews")},
	}
	if v.ProductID != 0 {
		links = append(links, rest.Link{Rel: "up", Href: r.RESTURL("/wc/v3/products/" + core.Itoa(v.ProductID))})
	}
	return links
}
