package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/access"
)

type roleInput struct {
	Scopes []string `query:"scopes" doc:"What it must serve, such as orders:read; orders, products and customers when absent." maxItems:"50"`
	Format string   `query:"format" enum:"php,plugin,wp-cli,list" default:"php" doc:"php: a snippet. plugin: one file that is a plugin. wp-cli: commands. list: one capability a line."`
}

type roleAnswer struct {
	Body struct {
		Scopes []doctor.Scope `json:"scopes" doc:"What it serves."`
		Advice []string       `json:"advice" doc:"What a person should know of it."`
		Text   string         `json:"text" doc:"The role, for whoever manages the shop."`
	}
}

func (a *API) roleRoutes() {
	register(a, operation{id: "make-role", method: http.MethodGet, path: "/v1/role", tag: "Stores",
		summary: "Write the smallest role for the user of a key", need: access.StoresRead,
		about: "A key has the rights of its user. One with this role may do what the scopes name and no more, on " +
			"every version of WooCommerce since 9.9. `waybill role` has more choices."}, a.makeRole)
}

func (a *API) makeRole(_ context.Context, in *roleInput) (*roleAnswer, error) {
	scopes, err := scopesOf(in.Scopes)
	if err != nil {
		return nil, err
	}
	if len(scopes) == 0 {
		scopes = capability.DefaultScopes
	}
	storage, err := capability.ParseStorage("any")
	if err != nil {
		return nil, err
	}
	site := capability.Site{Storage: storage, Version: capability.AnyVersion}
	recipe, err := capability.NewRecipe(site.Minimal(scopes), "", "")
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	if err := recipe.Write(&text, capability.Format(in.Format)); err != nil {
		return nil, err
	}
	var out roleAnswer
	out.Body.Scopes, out.Body.Advice, out.Body.Text = scopes, append([]string{}, recipe.Advice()...), text.String()
	return &out, nil
}
