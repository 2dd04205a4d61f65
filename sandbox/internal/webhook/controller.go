package webhook

import (
	"context"
	"strings"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// Register adds the routes of /webhooks. All ask for manage_woocommerce. None looks at the owner of the webhook.
func (h *Hooks) Register(server *rest.Server) {
	may := func(action capability.Action, message string) rest.Permission {
		return h.config.Shop.MayAll(capability.Webhooks, action, message)
	}
	server.Register(rest.Route{Pattern: `/wc/v3/webhooks`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.List, "Sorry, you cannot list resources."),
			Handler: h.list},
		{Methods: rest.Creatable, Permission: may(capability.Create, cannotCreate), Handler: h.create},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/webhooks/(?P<id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: may(capability.Get, "Sorry, you cannot view this resource."),
			Handler: h.get},
		{Methods: rest.Editable, Permission: may(capability.Update, cannotEdit), Handler: h.update},
		{Methods: rest.Deletable, Permission: may(capability.Delete, cannotDelete), Handler: h.remove},
	}})
	server.Register(rest.Route{Pattern: `/wc/v3/webhooks/batch`, Endpoints: []rest.Endpoint{
		{Methods: rest.Editable,
			Permission: may(capability.Batch, "Sorry, you are not allowed to batch manipulate this resource."),
			Handler: func(r *rest.Request) (*rest.Response, error) {
				return rest.Batch(r, rest.BatchOperations{
					CreatePermission: may(capability.Create, cannotCreate),
					UpdatePermission: may(capability.Update, cannotEdit),
					DeletePermission: may(capability.Delete, cannotDelete),
					Create:           h.create,
					Update:           h.update,
					Delete:           h.remove,
				})
			}},
	}})
}

// The messages of refusals; stores translate them.
const (
	cannotCreate = "Sorry, you are not allowed to create resources."
	cannotEdit   = "Sorry, you are not allowed to edit this resource."
	cannotDelete = "Sorry, you are not allowed to delete this resource."
)

func errUnknown(status int) error {
	return rest.Errorf(status, "woocommerce_rest_shop_webhook_invalid_id", "ID is invalid.")
}

func errTopic() error {
	return rest.Errorf(400, "woocommerce_rest_shop_webhook_invalid_topic", "Webhook topic must be valid.")
}

func errAddress() error {
	return rest.Errorf(400, "woocommerce_rest_shop_webhook_invalid_delivery_url",
		"Webhook delivery URL must be a valid URL starting with http:// or https://.")
}

func (h *Hooks) get(r *rest.Request) (*rest.Response, error) {
	w, ok := h.state.find(r.Int("id"))
	if !ok {
		return nil, errUnknown(404)
	}
	return h.answer(r, w), nil
}

// create makes a webhook, always active (recordings: wh-create-paused), and pings it. The outcome of the ping changes
// nothing in the answer.
func (h *Hooks) create(r *rest.Request) (*rest.Response, error) {
	if rest.Truthy(r.Param("id")) {
		return nil, rest.Errorf(400, "woocommerce_rest_shop_webhook_exists", "Cannot create existing shop_webhook.")
	}
	if given := r.Text("topic"); !rest.Truthy(given) || !topic(strings.ToLower(given)).valid(h.config.Shop) {
		return nil, errTopic()
	}
	if !validAddress(r.Text("delivery_url")) {
		return nil, errAddress()
	}
	now := h.config.Shop.Now()
	w := &Webhook{
		Name: r.Text("name"), Status: Active, Topic: h.keptTopic(r.Text("topic")),
		URL:    keptAddress(r.Text("delivery_url")),
		Secret: r.Text("secret"), Version: versionOf(r), Pending: true, Created: now,
	}
	if r.Caller.Known() {
		w.UserID = r.Caller.ID
	}
	if !rest.Truthy(w.Name) {
		w.Name = "Webhook created on " + now.Format("Jan 02, 2006 @ 03:04 PM")
	}
	if !rest.Truthy(w.Secret) {
		w.Secret = h.config.Shop.RandomText(core.PasswordAlphabet, 50)
	}
	h.state.insert(w)
	response := h.answer(r, w)
	response.Status = 201
	response.SetHeader("Location", r.RESTURL("/wc/v3/webhooks/"+itoa(w.ID)))
	h.pingDuring(r, w)
	return response, nil
}

// keptTopic is the topic as the store keeps it. It is empty where only the lower-case form would be valid.
func (h *Hooks) keptTopic(given string) string {
	clean := wptext.SanitizeTextField(given)
	if !topic(clean).valid(h.config.Shop) {
		return ""
	}
	return clean
}

// versionOf is the version of the API whose records a webhook sends: that of the API it was made with.
func versionOf(r *rest.Request) int {
	switch r.Namespace() {
	case "wc/v1":
		return 1
	case "wc/v2":
		return 2
	}
	return 3
}

// pingDuring pings a webhook with the store unlocked while the request waits.
func (h *Hooks) pingDuring(r *rest.Request, w *Webhook) {
	ctx := context.Background()
	if r.HTTP != nil {
		ctx = r.HTTP.Context()
	}
	status, pinged := 0, *w
	r.Unlocked(func() { status = h.sendPing(ctx, pinged) })
	h.ponged(pinged.ID, status)
}

func (h *Hooks) update(r *rest.Request) (*rest.Response, error) {
	stored, ok := h.state.find(r.Int("id"))
	if !ok {
		return nil, errUnknown(400)
	}
	changed := *stored
	if given := r.Text("topic"); rest.Truthy(given) {
		if !topic(strings.ToLower(given)).valid(h.config.Shop) {
			return nil, errTopic()
		}
		changed.Topic = h.keptTopic(given)
	}
	if given := r.Text("delivery_url"); rest.Truthy(given) {
		if !validAddress(given) {
			return nil, errAddress()
		}
		changed.URL = keptAddress(given)
	}
	if given := r.Text("secret"); rest.Truthy(given) {
		changed.Secret = given
	}
	if given := r.Text("status"); rest.Truthy(given) {
		switch strings.ToLower(given) {
		case Active, Paused, Disabled:
		default:
			return nil, rest.Errorf(400, "woocommerce_rest_shop_webhook_invalid_status",
				"Webhook status must be valid.")
		}
		changed.Status = given
		if given != strings.ToLower(given) {
			changed.Status = Disabled // WooCommerce's setter does this to an unknown status
		}
	}
	if given := r.Text("name"); rest.Truthy(given) {
		changed.Name = given
	}
	moved := changed.URL != stored.URL
	*stored = changed
	if h.save(stored, moved) {
		h.pingDuring(r, stored)
		if stored, ok = h.state.find(changed.ID); !ok {
			return nil, errUnknown(404) // deleted while the ping was under way
		}
	}
	return h.answer(r, stored), nil
}

func (h *Hooks) remove(r *rest.Request) (*rest.Response, error) {
	if !r.Bool("force") {
		return nil, rest.Errorf(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.")
	}
	w, ok := h.state.find(r.Int("id"))
	if !ok {
		return nil, errUnknown(404)
	}
	response := h.answer(r, w)
	h.state.remove(w.ID)
	return response, nil
}

func (h *Hooks) answer(r *rest.Request, w *Webhook) *rest.Response {
	return &rest.Response{Body: h.json(r, w), Links: links(r, w)}
}

// json is a webhook as the API shows it. The secret is not part of it.
func (h *Hooks) json(r *rest.Request, w *Webhook) *rest.Object {
	t := topic(w.Topic)
	hooks := rest.List{}
	for _, hook := range t.hooks() {
		hooks = append(hooks, hook)
	}
	json := rest.NewObject(
		"id", w.ID, "name", w.Name, "status", w.Status, "topic", w.Topic, "resource", t.resource(), "event", t.event(),
		"hooks", hooks, "delivery_url", w.URL,
	)
	h.setDate(r, json, "date_created", w.Created)
	h.setDate(r, json, "date_modified", w.Modified)
	return json
}

// setDate adds a date in the store's zone and in UTC. For wc/v1 it adds only UTC.
func (h *Hooks) setDate(r *rest.Request, json *rest.Object, name string, t time.Time) {
	const wire = "2006-01-02T15:04:05"
	var local, gmt rest.Value
	if !t.IsZero() {
		local, gmt = t.In(h.config.Shop.Zone()).Format(wire), t.UTC().Format(wire)
	}
	if r.Namespace() == "wc/v1" {
		json.Set(name, gmt)
		return
	}
	json.Set(name, local)
	json.Set(name+"_gmt", gmt)
}

func links(r *rest.Request, w *Webhook) []rest.Link {
	return []rest.Link{
		{Rel: "self", Href: r.RESTURL("/wc/v3/webhooks/" + itoa(w.ID))},
		{Rel: "collection", Href: r.RESTURL("/wc/v3/webhooks")},
	}
}
