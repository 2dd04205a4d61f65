package shop

import (
	"context"
	"errors"
	"os"
	"strconv"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Explain turns any error of a package below into a problem, once, here. Problems pass unchanged, so it may be applied
// more than once.
func Explain(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*problem.Problem](err); ok {
		return err
	}
	if egress.Refused(err) {
		return refusedAddress(err)
	}
	if refused, ok := errors.AsType[*woo.AuthError](err); ok {
		return explainAuth(refused)
	}
	if elsewhere, ok := errors.AsType[*woo.HomeError](err); ok {
		return calledElsewhere(elsewhere)
	}
	if e, ok := woo.AsError(err); ok {
		return explainStore(e)
	}
	switch {
	case errors.Is(err, storage.ErrUnavailable):
		return databaseSilent(err)
	case errors.Is(err, storage.ErrNotFound):
		return notHeld(err)
	case errors.Is(err, storage.ErrFenced):
		return takenOver(err)
	case errors.Is(err, context.Canceled):
		return err // problem.From knows it
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return outOfTime(err)
	}
	return err
}

func explainAuth(refused *woo.AuthError) error {
	if foreign := foreignTry(refused); foreign != nil {
		return explainStore(foreign)
	}
	if refused.Refused() {
		return keyTurnedDown(refused)
	}
	return keyNotAccepted(refused)
}

// foreignTry is an answer that came from neither WooCommerce nor WordPress. Something before them decided, so that
// nothing is known about the key.
func foreignTry(refused *woo.AuthError) *woo.Error {
	for _, try := range refused.Tries {
		if try.Outcome != woo.Blocked || try.Err == nil {
			return nil // WooCommerce itself was heard
		}
	}
	if len(refused.Tries) == 0 {
		return nil
	}
	return refused.Tries[0].Err
}

// explainStore gives what a store did, or what happened on the way to it, one of the documented codes.
func explainStore(e *woo.Error) error {
	if e.Kind == woo.KindCanceled {
		return interrupted(e)
	}
	code, next := classify(e)
	p := problem.Wrap(code, e, "%s", describe(e)).Next("%s", next)
	if e.URL != "" {
		p = p.Detail("url", e.URL)
	}
	if e.Status != 0 {
		p = p.Detail("http_status", strconv.Itoa(e.Status))
	}
	if e.Code != "" {
		p = p.Detail("store_code", e.Code)
	}
	if e.Fingerprint != "" {
		p = p.Detail("answered_by", e.Fingerprint)
	}
	return p
}

// Diagnosable says whether failures with a code lie with the store or on the way to it.
func Diagnosable(code problem.Code) bool {
	switch code {
	case problem.StoreUnreachable, problem.StoreCertificate, problem.StoreInsecure, problem.StoreMoved,
		problem.NotWooCommerce,
		problem.CredentialsRefused, problem.PermissionMissing, problem.StoreBlocked, problem.StoreFailed:
		return true
	}
	return false
}
