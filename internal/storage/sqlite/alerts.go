package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const channelColumns = `SELECT id, name, kind, target, sealed, grave, every, look, next_at, failures, failing_since, why, sent_at,
	created_at FROM alert_channels `

func scanChannel(row scanner) (c storage.Channel, err error) {
	var next, failing, sent, created string
	var every int64
	err = row.Scan(&c.ID, &c.Name, &c.Kind, &c.Target, &c.Sealed, &c.Grave, &every, &c.Look, &next, &c.Failures,
		&failing, &c.Why, &sent, &created)
	c.Every = time.Duration(every) * time.Millisecond
	c.NextAt, c.FailingSince = column.ParseOurDate(next), column.ParseOurDate(failing)
	c.SentAt, c.CreatedAt = column.ParseOurDate(sent), column.ParseOurDate(created)
	return c, err
}

// Channels lists channels by name.
func (db *DB) Channels(ctx context.Context) ([]storage.Channel, error) {
	return rows(ctx, db.readers, scanChannel, channelColumns+`ORDER BY name`)
}

// Channel is one by its name.
func (db *DB) Channel(ctx context.Context, name string) (storage.Channel, error) {
	c, err := scanChannel(db.readers.QueryRowContext(ctx, channelColumns+`WHERE name = ?`, name))
	return c, notFound(err, "channel %s", name)
}

const alertColumns = `SELECT id, channel_id, subject, text, body, state, attempts, created_at, next_at, busy_until, done_at, error
	FROM alerts `

func scanAlert(row scanner) (a storage.Alert, err error) {
	var created, next, busy, done string
	err = row.Scan(&a.ID, &a.ChannelID, &a.Subject, &a.Text, &a.Body, &a.State, &a.Attempts, &created, &next, &busy,
		&done, &a.Error)
	a.CreatedAt, a.NextAt = column.ParseOurDate(created), column.ParseOurDate(next)
	a.BusyUntil, a.DoneAt = column.ParseOurDate(busy), column.ParseOurDate(done)
	return a, err
}

// Alerts lists messages of a channel, the newest first.
func (db *DB) Alerts(ctx context.Context, channelID int64, limit int) ([]storage.Alert, error) {
	return rows(ctx, db.readers, scanAlert, alertColumns+`WHERE channel_id = ? ORDER BY created_at DESC, id DESC LIMIT ?`,
		channelID, limitOr(limit))
}

// AddChannel keeps a channel.
func (t *Tx) AddChannel(ctx context.Context, c storage.Channel) (storage.Channel, error) {
	c.CreatedAt = t.Now().Truncate(time.Millisecond)
	res, err := t.exec(ctx, `INSERT INTO alert_channels (name, kind, created_at) VALUES (?, ?, ?)`, c.Name, string(c.Kind),
		column.OurDate(c.CreatedAt))
	if isUnique(err) {
		return c, fmt.Errorf("channel %s: %w", c.Name, storage.ErrExists)
	}
	if err != nil {
		return c, err
	}
	if c.ID, err = res.LastInsertId(); err != nil {
		return c, err
	}
	return c, t.SaveChannel(ctx, c)
}

// LockChannel reads a channel. The transaction keeps everybody else from writing anyway.
func (t *Tx) LockChannel(ctx context.Context, id int64) (storage.Channel, error) {
	c, err := scanChannel(t.tx.QueryRowContext(ctx, channelColumns+`WHERE id = ?`, id))
	return c, notFound(err, "channel %d", id)
}

// SaveChannel replaces what is kept of a channel.
func (t *Tx) SaveChannel(ctx context.Context, c storage.Channel) error {
	res, err := t.exec(ctx, `UPDATE alert_channels SET target = ?, sealed = ?, grave = ?, every = ?, look = ?, next_at = ?,
		failures = ?, failing_since = ?, why = ?, sent_at = ? WHERE id = ?`, c.Target, c.Sealed, c.Grave,
		c.Every.Milliseconds(), c.Look, column.OurDate(c.NextAt), c.Failures, column.OurDate(c.FailingSince), c.Why,
		column.OurDate(c.SentAt), c.ID)
	return oneChanged(res, err, "channel %d", c.ID)
}

// DropChannel forgets a channel.
func (t *Tx) DropChannel(ctx context.Context, id int64) error {
	_, err := t.exec(ctx, `DELETE FROM alert_channels WHERE id = ?`, id)
	return err
}

// Told lists what a channel was told.
func (t *Tx) Told(ctx context.Context, channelID int64, since time.Time) ([]storage.Told, error) {
	scan := func(row scanner) (d storage.Told, err error) {
		var at, before string
		err = row.Scan(&d.ChannelID, &d.ProblemID, &d.State, &at, &before)
		d.At, d.Before = column.ParseOurDate(at), column.ParseOurDate(before)
		return d, err
	}
	return rows(ctx, t.tx, scan, `SELECT d.channel_id, d.problem_id, d.state, d.at, d.before FROM alert_told d
		JOIN problems p ON p.id = d.problem_id WHERE d.channel_id = ?
		AND (p.state <> 'resolved' OR d.state = 'open' OR d.at >= ?) ORDER BY d.problem_id`, channelID, column.OurDate(since))
}

// SaveTold keeps what a channel was told.
func (t *Tx) SaveTold(ctx context.Context, told []storage.Told) error {
	for _, d := range told {
		if _, err := t.exec(ctx, `INSERT INTO alert_told (channel_id, problem_id, state, at, before)
			SELECT ?1, id, ?3, ?4, ?5 FROM problems WHERE id = ?2
			ON CONFLICT (channel_id, problem_id) DO UPDATE SET state = excluded.state, at = excluded.at,
			before = excluded.before`, d.ChannelID, d.ProblemID, string(d.State), column.OurDate(d.At),
			column.OurDate(d.Before)); err != nil {
			return err
		}
	}
	return nil
}

// AddAlert keeps a message.
func (t *Tx) AddAlert(ctx context.Context, a storage.Alert) error {
	_, err := t.exec(ctx, `INSERT INTO alerts (id, channel_id, subject, text, body, state, created_at, next_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, a.ID, a.ChannelID, a.Subject, a.Text, a.Body, string(a.State),
		column.OurDate(a.CreatedAt), column.OurDate(a.NextAt))
	return err
}

// NextAlert is the oldest message of a channel that waits.
func (t *Tx) NextAlert(ctx context.Context, channelID int64) (storage.Alert, error) {
	a, err := scanAlert(t.tx.QueryRowContext(ctx, alertColumns+`WHERE channel_id = ? AND state = 'pending'
		ORDER BY created_at, id LIMIT 1`, channelID))
	return a, notFound(err, "alert of channel %d", channelID)
}

// SaveAlert replaces what became of a message.
func (t *Tx) SaveAlert(ctx context.Context, a storage.Alert) error {
	_, err := t.exec(ctx, `UPDATE alerts SET state = ?, attempts = ?, next_at = ?, busy_until = ?, done_at = ?, error = ?
		WHERE id = ?`, string(a.State), a.Attempts, column.OurDate(a.NextAt), column.OurDate(a.BusyUntil),
		column.OurDate(a.DoneAt), a.Error, a.ID)
	return err
}

// DropAlerts forgets messages that were sent or given up before a time.
func (t *Tx) DropAlerts(ctx context.Context, before time.Time, limit int) (int64, error) {
	res, err := t.exec(ctx, `DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE state <> 'pending' AND done_at < ?
		LIMIT ?)`, column.OurDate(before), limitOr(limit))
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
