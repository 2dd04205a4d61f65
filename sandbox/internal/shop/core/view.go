package core

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// View is how a request wants orders and refunds shown.
type View struct {
	Decimals int
	// fields are the members asked for; nil means all. A computed member is there only when it is named exactly:
	// "line_items.id" gives no lines (recordings: line-upd-completed-seed).
	fields []string
	// Whole: members that nobody asked for are needed too, unformatted, because only the answer around this one is
	// filtered (batch-context).
	Whole                    bool
	includeMeta, excludeMeta []string
	// Home is the address of the shop as the request sees it.
	Home string
	// HideVariation leaves out meta data of lines that the line's name says already.
	HideVariation bool
}

// ViewOf reads how a request wants orders shown.
func (s *Store) ViewOf(r *rest.Request) View {
	v := View{Decimals: s.Decimals(), Whole: r.HTTP == nil, Home: s.HomeOf(r)}
	if r.Given("dp") {
		v.Decimals = int(AbsInt(r.Param("dp")))
	}
	for _, name := range ListOfNames(r.Param("_fields")) {
		v.fields = append(v.fields, strings.TrimSpace(name))
	}
	if v.fields != nil {
		v.fields = append(v.fields, "id")
	}
	v.includeMeta, v.excludeMeta = textsOf(r.Param("include_meta")), textsOf(r.Param("exclude_meta"))
	v.HideVariation = r.Param("order_item_display_meta") == "true"
	return v
}

// textsOf is PHP's cast to an array. On routes of single records no schema splits a text, so it is one element.
func textsOf(v rest.Value) []string {
	if v == nil {
		return nil
	}
	if !rest.IsArray(v) {
		return []string{rest.Text(v)}
	}
	var texts []string
	for _, e := range rest.Elements(v) {
		texts = append(texts, rest.Text(e))
	}
	return texts
}

// HomeOf is the address of the shop as a request sees it, with the scheme that WordPress believes the connection has.
func (s *Store) HomeOf(r *rest.Request) string {
	if r.Base == "" {
		return s.Home()
	}
	return r.Base
}

// ListOfNames is wp_parse_list.
func ListOfNames(v rest.Value) []string {
	if rest.IsArray(v) {
		var names []string
		for _, e := range rest.Elements(v) {
			names = append(names, rest.Text(e))
		}
		return names
	}
	return wptext.ParseList(rest.Text(v))
}

// Plain says that the view shows everything in the usual way. Only then can a rendered record be kept.
func (v View) Plain() bool {
	return v.fields == nil && len(v.includeMeta) == 0 && len(v.excludeMeta) == 0 && !v.HideVariation
}

// Wants says whether the request wants a computed member.
func (v View) Wants(name string) bool {
	return v.fields == nil || slices.Contains(v.fields, name)
}

// Mentions says whether a plain member can be in the answer.
func (v View) Mentions(name string) bool {
	return v.fields == nil || v.Whole || slices.ContainsFunc(v.fields, func(field string) bool {
		top, _, _ := strings.Cut(field, ".")
		return top == name
	})
}

// Meta filters meta data by the parameters include_meta and exclude_meta. include_meta wins.
func (v View) Meta(l MetaList) MetaList {
	switch {
	case len(v.includeMeta) > 0:
		return slices.DeleteFunc(l, func(m Meta) bool { return !slices.Contains(v.includeMeta, m.Key) })
	case len(v.excludeMeta) > 0:
		return slices.DeleteFunc(l, func(m Meta) bool { return slices.Contains(v.excludeMeta, m.Key) })
	}
	return l
}
