package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const channelColumns = `SELECT id, name, kind, target, sealed, grave <> 0, every, look, next_at, failures, failing_since, why,
	sent_at, created_at FROM alert_channels `

func scanChannel(row pgx.CollectableRow) (c storage.Channel, err error) {
	var kind, next, failing, sent, created string
	var every int64
	err = row.Scan(&c.ID, &c.Name, &kind, &c.Target, &c.Sealed, &c.Grave, &every, &c.Look, &next, &c.Failures, &failing,
		&c.Why, &sent, &created)
	c.Kind, c.Every = storage.ChannelKind(kind), time.Duration(every)*time.Millisecond
	c.NextAt, c.FailingSince = column.ParseOurDate(next), column.ParseOurDate(failing)
	c.SentAt, c.CreatedAt = column.ParseOurDate(sent), column.ParseOurDate(created)
	return c, err
}

// Channels lists channels by name.
func (db *DB) Channels(ctx context.Context) ([]storage.Channel, error) {
	return list(ctx, pooled{db}, scanChannel, channelColumns+`ORDER BY name`)
}

// Channel is one by its name.
func (db *DB) Channel(ctx context.Context, name string) (storage.Channel, error) {
	c, err := one(ctx, pooled{db}, scanChannel, channelColumns+`WHERE name = $1`, clean(name))
	return c, named(err, "channel %s", name)
}

const alertColumns = `SELECT id, channel_id, subject, text, body, state, attempts, created_at, next_at, busy_until, done_at, error
	FROM alerts `

func scanAlert(row pgx.CollectableRow) (a storage.Alert, err error) {
	var state, created, next, busy, done string
	err = row.Scan(&a.ID, &a.ChannelID, &a.Subject, &a.Text, &a.Body, &state, &a.Attempts, &created, &next, &busy,
		&done, &a.Error)
	a.State, a.CreatedAt = storage.AlertState(state), column.ParseOurDate(created)
	a.NextAt, a.BusyUntil = column.ParseOurDate(next), column.ParseOurDate(busy)
	a.DoneAt = column.ParseOurDate(done)
	return a, err
}

// Alerts lists messages of a channel, the newest first.
func (db *DB) Alerts(ctx context.Context, channelID int64, limit int) ([]storage.Alert, error) {
	return list(ctx, pooled{db}, scanAlert, alertColumns+`WHERE channel_id = $1 ORDER BY created_at DESC, id DESC`+
		limited(limit), channelID)
}

// AddChannel keeps a channel.
func (t *Tx) AddChannel(ctx context.Context, c storage.Channel) (storage.Channel, error) {
	c.CreatedAt = t.Now().Truncate(time.Millisecond)
	id, err := one(ctx, t.tx, value[int64], `INSERT INTO alert_channels (name, kind, created_at) VALUES ($1, $2, $3)
		RETURNING id`, clean(c.Name), string(c.Kind), column.OurDate(c.CreatedAt))
	if isUnique(err) {
		return c, fmt.Errorf("channel %s: %w", c.Name, storage.ErrExists)
	}
	if err != nil {
		return c, err
	}
	c.ID = id
	return c, t.SaveChannel(ctx, c)
}

// LockChannel reads a channel and keeps others from changing it until the transaction ends.
func (t *Tx) LockChannel(ctx context.Context, id int64) (storage.Channel, error) {
	c, err := one(ctx, t.tx, scanChannel, channelColumns+`WHERE id = $1 FOR NO KEY UPDATE`, id)
	return c, named(err, "channel %d", id)
}

// SaveChannel replaces what is kept of a channel.
func (t *Tx) SaveChannel(ctx context.Context, c storage.Channel) error {
	n, err := t.exec(ctx, `UPDATE alert_channels SET target = $2, sealed = $3, grave = $4, every = $5, look = $6,
		next_at = $7, failures = $8, failing_since = $9, why = $10, sent_at = $11 WHERE id = $1`, c.ID, clean(c.Target),
		c.Sealed, flag(c.Grave), c.Every.Milliseconds(), c.Look, column.OurDate(c.NextAt), c.Failures,
		column.OurDate(c.FailingSince), clean(c.Why), column.OurDate(c.SentAt))
	if err == nil && n == 0 {
		err = fmt.Errorf("channel %d: %w", c.ID, storage.ErrNotFound)
	}
	return err
}

// DropChannel forgets a channel.
func (t *Tx) DropChannel(ctx context.Context, id int64) error {
	_, err := t.exec(ctx, `DELETE FROM alert_channels WHERE id = $1`, id)
	return err
}

// Told lists what a channel was told.
func (t *Tx) Told(ctx context.Context, channelID int64, since time.Time) ([]storage.Told, error) {
	scan := func(row pgx.CollectableRow) (d storage.Told, err error) {
		var state, at, before string
		err = row.Scan(&d.ChannelID, &d.ProblemID, &state, &at, &before)
		d.State = storage.ProblemState(state)
		d.At, d.Before = column.ParseOurDate(at), column.ParseOurDate(before)
		return d, err
	}
	return list(ctx, t.tx, scan, `SELECT d.channel_id, d.problem_id, d.state, d.at, d.before FROM alert_told d
		JOIN problems p ON p.id = d.problem_id WHERE d.channel_id = $1
		AND (p.state <> 'resolved' OR d.state = 'open' OR d.at >= $2) ORDER BY d.problem_id`, channelID,
		column.OurDate(since))
}

// SaveTold keeps what a channel was told.
func (t *Tx) SaveTold(ctx context.Context, all []storage.Told) error {
	var batch pgx.Batch
	for _, d := range all {
		batch.Queue(`INSERT INTO alert_told (channel_id, problem_id, state, at, before)
			SELECT $1, id, $3, $4, $5 FROM problems WHERE id = $2 FOR KEY SHARE
			ON CONFLICT (channel_id, problem_id) DO UPDATE SET state = excluded.state, at = excluded.at,
			before = excluded.before`, d.ChannelID, d.ProblemID, string(d.State), column.OurDate(d.At),
			column.OurDate(d.Before))
	}
	return told(t.tx.SendBatch(ctx, &batch).Close())
}

// AddAlert keeps a message.
func (t *Tx) AddAlert(ctx context.Context, a storage.Alert) error {
	_, err := t.exec(ctx, `INSERT INTO alerts (id, channel_id, subject, text, body, state, created_at, next_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, clean(a.ID), a.ChannelID, clean(a.Subject), clean(a.Text),
		clean(a.Body), string(a.State), column.OurDate(a.CreatedAt), column.OurDate(a.NextAt))
	return err
}

// NextAlert is the oldest message of a channel that waits.
func (t *Tx) NextAlert(ctx context.Context, channelID int64) (storage.Alert, error) {
	a, err := one(ctx, t.tx, scanAlert, alertColumns+`WHERE channel_id = $1 AND state = 'pending'
		ORDER BY created_at, id LIMIT 1 FOR NO KEY UPDATE`, channelID)
	return a, named(err, "alert of channel %d", channelID)
}

// SaveAlert replaces what became of a message.
func (t *Tx) SaveAlert(ctx context.Context, a storage.Alert) error {
	_, err := t.exec(ctx, `UPDATE alerts SET state = $2, attempts = $3, next_at = $4, busy_until = $5, done_at = $6,
		error = $7 WHERE id = $1`, clean(a.ID), string(a.State), a.Attempts, column.OurDate(a.NextAt),
		column.OurDate(a.BusyUntil), column.OurDate(a.DoneAt), clean(a.Error))
	return err
}

// DropAlerts forgets messages that were sent or given up before a time.
func (t *Tx) DropAlerts(ctx context.Context, before time.Time, limit int) (int64, error) {
	return t.exec(ctx, `DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE state <> 'pending' AND done_at < $1`+
		limited(limit)+`)`, column.OurDate(before))
}
