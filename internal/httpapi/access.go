package httpapi

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

type tokensAnswer struct {
	Body struct {
		Tokens []wire.Token `json:"tokens"`
	}
}

type tokenAnswer struct{ Body wire.Token }

type newTokenAnswer struct{ Body wire.NewToken }

type createTokenInput struct {
	Body struct {
		Name      string    `json:"name" doc:"What it is for." minLength:"1" maxLength:"100"`
		Group     string    `json:"group,omitempty" doc:"Group that it is confined to; that of the asking token when absent." maxLength:"63"`
		Scopes    []string  `json:"scopes" minItems:"1" maxItems:"50"`
		Networks  []string  `json:"networks,omitempty" doc:"Where it may be used from, such as 10.20.0.0/16." maxItems:"100"`
		ExpiresAt time.Time `json:"expires_at,omitempty" doc:"When it ends; never when absent."`
	}
}

type prefixed struct {
	Prefix string `path:"prefix" doc:"Prefix of the token: the eight characters behind wbt_." maxLength:"64"`
}

func (a *API) tokenRoutes() {
	const tag = "Tokens"
	register(a, operation{id: "list-tokens", method: http.MethodGet, path: "/v1/tokens", tag: tag,
		summary: "List tokens, revoked ones too", need: access.TokensWrite}, a.listTokens)
	register(a, operation{id: "create-token", method: http.MethodPost, path: "/v1/tokens", tag: tag,
		summary: "Make a token", need: access.TokensWrite, status: http.StatusCreated,
		about: "It is shown this once. It allows no more than the asking one: no wider scope, no other group, no " +
			"more networks, no longer life."}, a.createToken)
	register(a, operation{id: "revoke-token", method: http.MethodDelete, path: "/v1/tokens/{prefix}", tag: tag,
		summary: "End a token at once", need: access.TokensWrite}, a.revokeToken)
}

func (a *API) listTokens(ctx context.Context, _ *struct{}) (*tokensAnswer, error) {
	tokens, err := a.Keeper.Tokens(ctx, callerOf(ctx))
	if err != nil {
		return nil, err
	}
	names, err := a.Keeper.GroupNames(ctx, callerOf(ctx))
	var out tokensAnswer
	out.Body.Tokens = []wire.Token{}
	for _, t := range tokens {
		out.Body.Tokens = append(out.Body.Tokens, wire.TokenOf(t, names))
	}
	return &out, err
}

func (a *API) createToken(ctx context.Context, in *createTokenInput) (*newTokenAnswer, error) {
	wanted := access.NewToken{Name: in.Body.Name, Group: in.Body.Group, ExpiresAt: in.Body.ExpiresAt}
	for _, s := range in.Body.Scopes {
		wanted.Scopes = append(wanted.Scopes, access.Scope(s))
	}
	var err error
	if wanted.Networks, err = networksOf(in.Body.Networks); err != nil {
		return nil, err
	}
	made, err := a.Keeper.CreateToken(ctx, callerOf(ctx), wanted)
	if err != nil {
		return nil, err
	}
	about(ctx, made.Prefix)
	names, err := a.Keeper.GroupNames(ctx, callerOf(ctx))
	return &newTokenAnswer{wire.NewTokenOf(made, names)}, err
}

func networksOf(words []string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for i, word := range words {
		n, err := config.ParseNetwork(word)
		if err != nil {
			return nil, noNetwork(word, i)
		}
		networks = append(networks, n)
	}
	return networks, nil
}

func (a *API) revokeToken(ctx context.Context, in *prefixed) (*tokenAnswer, error) {
	t, err := a.Keeper.RevokeToken(ctx, callerOf(ctx), in.Prefix)
	if err != nil {
		return nil, err
	}
	about(ctx, t.Prefix)
	names, err := a.Keeper.GroupNames(ctx, callerOf(ctx))
	return &tokenAnswer{wire.TokenOf(t, names)}, err
}

type groupsAnswer struct {
	Body struct {
		Groups []wire.Group `json:"groups"`
	}
}

type groupAnswer struct{ Body wire.Group }

type createGroupInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"63"`
	}
}

// PathOfGroup holds the group that a path names.
type PathOfGroup struct {
	Group string `path:"group" doc:"Name of the group."`
}

type groupedStore struct {
	PathOfGroup
	Store string `path:"store" doc:"Name of the store."`
}

func (a *API) groupRoutes() {
	const tag = "Groups"
	register(a, operation{id: "list-groups", method: http.MethodGet, path: "/v1/groups", tag: tag,
		summary: "List groups with their stores", need: access.GroupsWrite}, a.listGroups)
	register(a, operation{id: "create-group", method: http.MethodPost, path: "/v1/groups", tag: tag,
		summary: "Make a group", need: access.GroupsWrite, status: http.StatusCreated, errors: []int{409}},
		a.createGroup)
	register(a, operation{id: "remove-group", method: http.MethodDelete, path: "/v1/groups/{group}", tag: tag,
		summary: "Remove a group without stores; its tokens end", need: access.GroupsWrite,
		status: http.StatusNoContent, errors: []int{409}}, a.removeGroup)
	register(a, operation{id: "add-to-group", method: http.MethodPut, path: "/v1/groups/{group}/stores/{store}", tag: tag,
		summary: "Put a store into a group, out of any other", need: access.GroupsWrite}, a.addToGroup)
	register(a, operation{id: "take-from-group", method: http.MethodDelete, path: "/v1/groups/{group}/stores/{store}",
		tag: tag, summary: "Take a store out of a group", need: access.GroupsWrite}, a.takeFromGroup)
}

func (a *API) listGroups(ctx context.Context, _ *struct{}) (*groupsAnswer, error) {
	groups, err := a.Keeper.Groups(ctx, callerOf(ctx))
	if err != nil {
		return nil, err
	}
	all, err := a.visible(ctx)
	var out groupsAnswer
	out.Body.Groups = []wire.Group{}
	for _, g := range groups {
		out.Body.Groups = append(out.Body.Groups, wire.GroupOf(g, all))
	}
	return &out, err
}

func (a *API) createGroup(ctx context.Context, in *createGroupInput) (*groupAnswer, error) {
	about(ctx, in.Body.Name)
	g, err := a.Keeper.CreateGroup(ctx, in.Body.Name)
	return &groupAnswer{wire.GroupOf(g, nil)}, err
}

func (a *API) removeGroup(ctx context.Context, in *PathOfGroup) (*struct{}, error) {
	_, err := a.Keeper.RemoveGroup(ctx, in.Group)
	return nil, err
}

func (a *API) addToGroup(ctx context.Context, in *groupedStore) (*groupAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return nil, err
	}
	return a.moved(ctx, in.Group, st, in.Group)
}

func (a *API) takeFromGroup(ctx context.Context, in *groupedStore) (*groupAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return nil, err
	}
	g, err := a.Keeper.Group(ctx, callerOf(ctx), in.Group)
	if err == nil && st.GroupID != g.ID {
		err = notInGroup(in.Store, in.Group)
	}
	if err != nil {
		return nil, err
	}
	return a.moved(ctx, in.Group, st, "")
}

// moved puts a store into the group named into. It answers with the group named shown, as that group is afterwards.
func (a *API) moved(ctx context.Context, shown string, st storage.Store, into string) (*groupAnswer, error) {
	if _, err := a.Keeper.MoveStore(ctx, st.ID, into); err != nil {
		return nil, err
	}
	g, err := a.Keeper.Group(ctx, callerOf(ctx), shown)
	if err != nil {
		return nil, err
	}
	all, err := a.visible(ctx)
	return &groupAnswer{wire.GroupOf(g, all)}, err
}
