package httpapi

import (
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/waybillhq/waybill/internal/wire"
)

// finishDocument adds to the document what the types alone do not say: Waybill's problems in place of huma's, the
// statuses that operations choose themselves, that answers may get more members, and that lists are never null.
func (a *API) finishDocument() {
	document := a.huma.OpenAPI()
	schemas := document.Components.Schemas
	own := schemas.Schema(typeOf[wire.Problem](), true, "Problem")
	asked := map[string]bool{}
	for _, op := range a.operations() {
		for _, response := range op.Responses {
			if content := response.Content[problemType]; content != nil {
				content.Schema = own
			}
		}
		if op.RequestBody != nil {
			for _, content := range op.RequestBody.Content {
				a.reach(content.Schema, asked)
			}
		}
		if accepted := op.Responses["202"]; accepted != nil {
			op.Responses["200"] = &huma.Response{Description: "OK", Content: accepted.Content, Headers: accepted.Headers}
		}
		if slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == "If-None-Match" }) {
			op.Responses["304"] = &huma.Response{Description: http.StatusText(http.StatusNotModified)}
		}
	}
	delete(schemas.Map(), "ErrorModel")
	delete(schemas.Map(), "ErrorDetail")
	for name, schema := range schemas.Map() {
		if !asked[name] && schema.AdditionalProperties == false {
			schema.AdditionalProperties = nil
		}
		for _, member := range schema.Properties {
			member.Nullable = false
		}
	}
}

// operations lists all operations of the document.
func (a *API) operations() []*huma.Operation {
	var all []*huma.Operation
	for _, item := range a.huma.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				all = append(all, op)
			}
		}
	}
	return all
}

// reach adds to reached the names of the schemas to which a schema refers, at any depth.
func (a *API) reach(s *huma.Schema, reached map[string]bool) {
	if s == nil {
		return
	}
	if s.Ref != "" {
		name := a.typeName(s)
		if reached[name] {
			return
		}
		reached[name] = true
		s = a.resolved(s)
	}
	a.reach(s.Items, reached)
	for _, member := range s.Properties {
		a.reach(member, reached)
	}
}
