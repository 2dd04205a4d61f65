package main

import (
	"errors"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/spelling"
)

// parseScopes reads the scopes of --for, and suggests the one that was meant by a word that is none.
func parseScopes(text string) ([]capability.Scope, error) {
	scopes, err := capability.ParseScopes(text)
	var unknown *capability.UnknownScopeError
	if errors.As(err, &unknown) {
		known := strings.Split(capability.JoinScopes(capability.Scopes), ", ")
		if meant := spelling.Nearest(unknown.Word, known); meant != "" {
			return nil, problem.New(problem.Usage, "unknown scope %q", unknown.Word).Next("Did you mean %s?", meant)
		}
	}
	if err != nil {
		return nil, usage(err)
	}
	return scopes, nil
}

// noSuchCause says that there is no check or cause of an id, and suggests the one that was meant.
func noSuchCause(what, id string) error {
	var known []string
	for _, c := range doctor.Checks() {
		known = append(known, c.ID)
	}
	if what == "cause" {
		for _, v := range doctor.Invisibles() {
			known = append(known, v.ID)
		}
	}
	missing := problem.New(problem.Usage, "there is no %s %q", what, id)
	if meant := spelling.Nearest(id, known); meant != "" {
		return missing.Next("Did you mean %s? All of them: waybill doctor --list", meant)
	}
	return missing.Next("waybill doctor --list shows all")
}
