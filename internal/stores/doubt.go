package stores

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/woo"
)

// ErrOpenToAll says that a shop answers an invented key, so that no key can be proved to work there.
var ErrOpenToAll = errors.New("the shop answers keys that nobody has made")

// refusesOthers finds out whether a shop refuses an invented key that is sent in the way in which the right one works.
func refusesOthers(
	ctx context.Context, conn *woo.Connection, opts []woo.Option, scopes []doctor.Scope,
) error {
	madeUp := woo.Credentials{Key: "ck_" + rand.Text(), Secret: "cs_" + rand.Text()}
	opts = append(opts, woo.WithRoot(conn.Client.Root()), woo.WithAuth(conn.Choice.Auth), woo.WithRetries(0))
	if conn.Choice.SignedHome != "" {
		opts = append(opts, woo.WithSignedHome(conn.Choice.SignedHome))
	}
	client, err := woo.New(conn.Client.Base(), madeUp, opts...)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	if _, _, err := firstRead(ctx, client, scopes); err == nil {
		return openToAll()
	}
	return nil
}
