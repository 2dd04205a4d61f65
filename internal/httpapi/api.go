package httpapi

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/waybillhq/waybill/internal/storage"
)

// New makes the API. The error is a problem of code config_invalid.
func New(parts Parts, opts Options) (*API, error) {
	a := &API{Parts: parts, opts: opts, mux: http.NewServeMux(), routes: map[string]route{},
		draining: make(chan struct{})}
	var err error
	if a.guard, err = newGuard(opts.Serve, opts.Now); err != nil {
		return nil, err
	}
	cfg := huma.DefaultConfig("Waybill", Version)
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath, cfg.CreateHooks = "", "", "", nil
	cfg.RejectUnknownQueryParameters = true // a misspelt filter must not show everything
	cfg.Transformers = []huma.Transformer{a.ownProblems}
	cfg.Info.Description = description
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token of `waybill tokens create`."},
	}
	cfg.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[storage.Hash](), reflect.TypeFor[string]())
	a.huma = humago.New(a.mux, cfg)
	a.storeRoutes()
	a.connectionRoutes()
	a.roleRoutes()
	a.inboxRoutes()
	a.recordRoutes()
	a.orderRoutes()
	a.traceRoutes()
	a.problemRoutes()
	a.alertRoutes()
	a.writeRoutes()
	a.changeRoutes()
	a.streamRoute()
	a.consumerRoutes()
	a.subscriptionRoutes()
	a.deliveryRoutes()
	a.receiptRoutes()
	a.redoRoutes()
	a.reconcileRoutes()
	a.linkRoutes()
	a.tokenRoutes()
	a.groupRoutes()
	a.healthRoutes()
	a.finishDocument()
	if a.document, err = json.MarshalIndent(a.huma.OpenAPI(), "", "  "); err != nil {
		return nil, err
	}
	a.documentRoutes()
	return a, nil
}

const description = `Orders of WooCommerce stores in, updates out, and certainty.

Every request bears a token: ` + "`Authorization: Bearer wbt_…`" + `. Errors are problems of RFC 9457; their member
` + "`code`" + ` is for programs. Records of a store are as the store sent them, in the member ` + "`record`" + `.`

// OpenAPI returns the document that describes the API, as JSON.
func (a *API) OpenAPI() []byte { return slices.Clone(a.document) }
