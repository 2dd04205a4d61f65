package wordpress

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Site is what the routes need from the store.
type Site interface {
	// Option is a row of wp_options, "" when it is not set.
	Option(name string) string
	// EachPublicStatus gives each order status that a plugin registered as public: its name with the prefix
	// (wc-shipped), and its label.
	EachPublicStatus(yield func(name, label string))
}

// Register adds the routes.
func Register(server *rest.Server, site Site) {
	w := &routes{site}
	server.Register(rest.Route{Pattern: `/wp/v2/posts`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Handler: w.posts},
		{Methods: rest.Creatable, Permission: must("edit_posts", "rest_cannot_create"), Handler: readOnly},
	}})
	server.Register(rest.Route{Pattern: `/wp/v2/posts/(?P<id>[\d]+)`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Handler: w.post},
		{Methods: rest.Editable, Permission: must("edit_others_posts", "rest_cannot_edit"), Handler: readOnly},
		{Methods: rest.Deletable, Permission: must("delete_others_posts", "rest_cannot_delete"), Handler: readOnly},
	}})
	server.Register(rest.Route{Pattern: `/wp/v2/pages`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: mayList, Handler: pages},
		{Methods: rest.Creatable, Permission: must("edit_pages", "rest_cannot_create"), Handler: readOnly},
	}})
	server.Register(rest.Route{Pattern: `/wp/v2/statuses`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: mayList, Handler: w.statuses},
	}})
	server.Register(rest.Route{Pattern: `/wp/v2/users/me`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Handler: w.me},
		{Methods: rest.Editable, Permission: loggedIn, Handler: readOnly},
		{Methods: rest.Deletable, Permission: loggedIn, Handler: readOnly},
	}})
	server.Register(rest.Route{Pattern: `/wp/v2/settings`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: must("manage_options", "rest_forbidden"), Handler: w.settings},
		{Methods: rest.Editable, Permission: must("manage_options", "rest_forbidden"), Handler: readOnly},
	}})
	server.Register(rest.Route{Pattern: `/wp/v2/media`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: mayList, Handler: empty},
		{Methods: rest.Creatable, Permission: must("upload_files", "rest_cannot_create"), Handler: readOnly},
	}})
	server.Register(rest.Route{Pattern: `/wp/v2/plugins`, Endpoints: []rest.Endpoint{
		{Methods: rest.Readable, Permission: must("activate_plugins", "rest_cannot_view_plugins"), Handler: w.plugins},
		{Methods: rest.Creatable, Permission: must("install_plugins", "rest_cannot_install_plugin"), Handler: readOnly},
	}})
}

type routes struct{ site Site }

func must(capability, code string) rest.Permission {
	return func(r *rest.Request) error {
		if r.Can(capability) {
			return nil
		}
		return r.Denied(code, "Sorry, you are not allowed to do that.")
	}
}

// mayList is the permission of lists: everybody may list what is public. The context "edit" takes the right to edit.
func mayList(r *rest.Request) error {
	if r.Text("context") != "edit" {
		return nil
	}
	return must("edit_posts", "rest_forbidden_context")(r)
}

func loggedIn(r *rest.Request) error {
	if r.Caller.Known() {
		return nil
	}
	return rest.Errorf(401, "rest_not_logged_in", "You are not currently logged in.")
}

func empty(r *rest.Request) (*rest.Response, error) {
	response := &rest.Response{Body: rest.List{}}
	rest.Paginate(r, response, strings.TrimPrefix(r.Path, "/"), 0, 0)
	return response, nil
}

func readOnly(*rest.Request) (*rest.Response, error) {
	return nil, rest.Errorf(
		501, "sandbox_not_simulated", "The sandbox simulates shops; it does not write to WordPress's own API.",
	)
}

func (w *routes) posts(r *rest.Request) (*rest.Response, error) {
	response := &rest.Response{Body: rest.List{rest.Item{Data: helloWorld(r), Links: helloWorldLinks(r)}}}
	rest.Paginate(r, response, "/wp/v2/posts", 1, 1)
	return response, nil
}

func (w *routes) post(r *rest.Request) (*rest.Response, error) {
	if r.Int("id") != 1 {
		return nil, rest.Errorf(404, "rest_post_invalid_id", "Invalid post ID.")
	}
	return &rest.Response{Body: helloWorld(r), Links: helloWorldLinks(r)}, nil
}

// helloWorld is the post of a fresh installation.
func helloWorld(r *rest.Request) *rest.Object {
	const text = "<p>Welcome to WordPress. This is your first post. Edit or delete it, then start writing!</p>\n"
	const date = "2026-01-01T00:00:00"
	return rest.NewObject(
		"id", int64(1), "date", date, "date_gmt", date, "guid", rest.NewObject("rendered", r.Base+"/?p=1"),
		"modified", date, "modified_gmt", date, "slug", "hello-world", "status", "publish", "type", "post",
		"link", r.Base+"/hello-world/", "title", rest.NewObject("rendered", "Hello world!"),
		"content", rest.NewObject("rendered", "\n"+text, "protected", false),
		"excerpt", rest.NewObject("rendered", text, "protected", false),
		"author", int64(1), "featured_media", int64(0), "comment_status", "open", "ping_status", "open",
		"sticky", false, "template", "", "format", "standard", "meta", rest.NewObject("footnotes", ""),
		"categories", rest.List{int64(1)}, "tags", rest.List{},
		"class_list",
		rest.List{
			"post-1", "post", "type-post", "status-publish", "format-standard", "hentry", "category-uncategorized",
		},
	)
}

func helloWorldLinks(r *rest.Request) []rest.Link {
	return []rest.Link{
		{Rel: "self", Href: r.RESTURL("/wp/v2/posts/1")},
		{Rel: "collection", Href: r.RESTURL("/wp/v2/posts")},
		{Rel: "about", Href: r.RESTURL("/wp/v2/types/post")},
		{Rel: "author", Href: r.RESTURL("/wp/v2/users/1"), Embeddable: true},
	}
}

func (w *routes) me(r *rest.Request) (*rest.Response, error) {
	if err := loggedIn(r); err != nil {
		return nil, err
	}
	u := r.Caller
	id := strconv.FormatInt(u.ID, 10)
	avatars := rest.NewObject()
	digest := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(u.Email))))
	for _, size := range []string{"24", "48", "96"} {
		avatars.Set(size, "https://secure.gravatar.com/avatar/"+hex.EncodeToString(digest[:])+"?s="+size+"&d=mm&r=g")
	}
	body := rest.NewObject("id", u.ID, "name", u.DisplayName, "url", u.URL, "description", "",
		"link", r.Base+"/author/"+u.Nicename+"/", "slug", u.Nicename, "avatar_urls", avatars, "meta", rest.List{})
	if r.Text("context") == "edit" {
		withRights(body, u)
	}
	return &rest.Response{
		Body: body,
		Links: []rest.Link{
			{Rel: "self", Href: r.RESTURL("/wp/v2/users/" + id)},
			{Rel: "collection", Href: r.RESTURL("/wp/v2/users")},
		},
	}, nil
}

// withRights adds what WordPress tells a user about himself in the context "edit": his roles, all capabilities stored
// for him (each of his roles counts as one), and those given to or taken from him alone.
func withRights(body *rest.Object, u *identity.User) {
	roles, all, own := rest.List{}, rest.NewObject(), rest.NewObject()
	for _, name := range u.Roles {
		roles = append(roles, name)
		own.Set(name, true)
	}
	for _, name := range u.Stored().Sorted() {
		all.Set(name, true)
	}
	for _, name := range u.Granted.Sorted() {
		own.Set(name, true)
	}
	for _, name := range u.Refused.Sorted() {
		all.Set(name, false)
		own.Set(name, false)
	}
	body.Set("username", u.Login)
	body.Set("first_name", u.FirstName)
	body.Set("last_name", u.LastName)
	body.Set("email", u.Email)
	body.Set("nickname", u.Login)
	body.Set("registered_date", u.Registered.Format("2006-01-02T15:04:05+00:00"))
	body.Set("roles", roles)
	body.Set("capabilities", all)
	body.Set("extra_capabilities", own)
}

func (w *routes) settings(r *rest.Request) (*rest.Response, error) {
	return &rest.Response{Body: rest.NewObject(
		"title", w.site.Option("blogname"), "description", w.site.Option("blogdescription"), "url", r.Base,
		"email", w.site.Option("admin_email"), "timezone", w.site.Option("timezone_string"),
		"date_format", "F j, Y", "time_format", "g:i a", "start_of_week", int64(1), "language", "",
		"use_smilies", true, "default_category", int64(1), "default_post_format", "0", "posts_per_page", int64(10),
		"show_on_front", "posts", "page_on_front", int64(0), "page_for_posts", int64(0),
		"default_ping_status", "open", "default_comment_status", "open", "site_logo", nil, "site_icon", int64(0),
	)}, nil
}

func (w *routes) plugins(r *rest.Request) (*rest.Response, error) {
	return &rest.Response{Body: rest.List{rest.Item{Data: rest.NewObject(
		"plugin", "woocommerce/woocommerce", "status", "active", "name", "WooCommerce",
		"plugin_uri", "https://woocommerce.com/", "author", "Automattic", "textdomain", "woocommerce",
	), Links: []rest.Link{{Rel: "self", Href: r.RESTURL("/wp/v2/plugins/woocommerce/woocommerce")}}}}}, nil
}
