package problems

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// BackWithin is how soon a problem must come back to count as the same one.
const BackWithin = time.Hour

// merged is who resolves a problem that has become part of one that stands everywhere.
const merged = "a wider problem"

// Merged says that a problem was not mended, but became part of a wider one.
func Merged(p storage.Problem) bool { return p.State == storage.ProblemResolved && p.By == merged }

// change is what a look does to one problem.
type change struct {
	// problem is the one that stands or is opened again; its ID is 0 for a new one.
	problem storage.Problem
	finding *Finding // nil: it has ended
	reopens bool
	save    []storage.Affected
	end     []string
	by      string
}

// plan is what a look changes. It is made of what was read, and applied in one transaction.
type plan []change

// plan holds what was found against what stands.
func (l *Looker) plan(ctx context.Context, found []Finding, was stands, now time.Time) (plan, error) {
	var all plan
	wide := map[[2]string]bool{}
	stays := map[storage.ProblemKey]bool{}
	for i := range found {
		f := &found[i]
		stays[f.ProblemKey] = true
		if f.Host == "" {
			wide[[2]string{f.Kind, f.Cause}] = true
		}
		c := change{finding: f}
		if p, stands := was.problems[f.ProblemKey]; stands {
			c.problem = p
		} else {
			last, err := l.db.LastProblem(ctx, f.ProblemKey)
			switch {
			case errors.Is(err, storage.ErrNotFound):
			case err != nil:
				return nil, err
			case last.By != "" && last.By != merged && !f.SeenAt.After(last.ChangedAt):
				continue // a person said that it is over, and nothing was seen since
			case now.Sub(last.ChangedAt) < BackWithin:
				c.problem, c.reopens = last, true
			}
		}
		c.compare(was.affected[f.ProblemKey])
		all = append(all, c)
	}
	for key, p := range was.problems {
		if !stays[key] {
			c := change{problem: p}
			if wide[[2]string{key.Kind, key.Cause}] {
				c.by = merged
			}
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b change) int { return int(a.problem.ID - b.problem.ID) }) // locks in one order
	return all, nil
}

// compare says what of the affected must be kept anew, and what is affected no more.
func (c *change) compare(was []storage.Affected) {
	known := make(map[string]storage.Affected, len(was))
	for _, a := range was {
		known[a.Subject] = a
	}
	for _, a := range c.finding.Affected {
		before, there := known[a.Subject]
		delete(known, a.Subject)
		if there {
			a.Since = before.Since
		}
		if a != before {
			c.save = append(c.save, a)
		}
	}
	c.end = make([]string, 0, len(known))
	for subject := range known {
		c.end = append(c.end, subject)
	}
	slices.Sort(c.end)
}

// apply changes the problems. What people did to them meanwhile stays.
func (p plan) apply(ctx context.Context, tx storage.Tx, now time.Time) error {
	for _, c := range p {
		if err := c.apply(ctx, tx, now); err != nil {
			return err
		}
	}
	return nil
}

func (c change) apply(ctx context.Context, tx storage.Tx, now time.Time) error {
	current := c.problem
	var err error
	if current.ID != 0 {
		current, err = tx.LockProblem(ctx, current.ID)
		if errors.Is(err, storage.ErrNotFound) {
			return nil // forgotten meanwhile; the next look sees it anew
		}
		if err != nil {
			return err
		}
		if stood := current.State != storage.ProblemResolved; stood == c.reopens {
			return nil // a person has resolved it meanwhile, or it stands by now
		}
	}
	if c.finding == nil {
		current.State, current.By, current.Note, current.ChangedAt = storage.ProblemResolved, c.by, "", now
		current.Until, current.IgnoredUntil = time.Time{}, time.Time{}
		if err := tx.EndAffected(ctx, current.ID, nil, now); err != nil {
			return err
		}
		return tx.SaveProblem(ctx, current)
	}
	next := c.finding.over(current, now, c.reopens)
	switch {
	case next.ID == 0:
		if next, err = tx.AddProblem(ctx, next); err != nil {
			return err
		}
	case next != current:
		if err := tx.SaveProblem(ctx, next); err != nil {
			return err
		}
	}
	if err := tx.EndAffected(ctx, next.ID, c.end, now); err != nil {
		return err
	}
	return tx.SaveAffected(ctx, next.ID, c.save)
}

// over is a problem as a finding changes it.
func (f Finding) over(p storage.Problem, now time.Time, reopens bool) storage.Problem {
	begins := p.ID == 0 || reopens
	p.ProblemKey, p.Grave, p.Who, p.Until = f.ProblemKey, f.Grave, f.Who, f.Until.Truncate(time.Millisecond)
	p.Title, p.Why, p.Fix, p.Docs = f.Title, f.Why, f.Fix, f.Docs
	if begins {
		p.State, p.By, p.Note, p.IgnoredUntil = storage.ProblemOpen, "", "", time.Time{}
		p.Since, p.ChangedAt = f.Since.Truncate(time.Millisecond), now
		if p.Since.IsZero() || p.Since.After(now) {
			p.Since = now
		}
		p.SeenAt = f.SeenAt.Truncate(time.Millisecond)
		p.Times++
	}
	if seen := f.SeenAt.Truncate(time.Millisecond); seen.Sub(p.SeenAt) >= seenEvery {
		p.SeenAt = seen
	}
	if p.State == storage.ProblemIgnored && !p.IgnoredUntil.IsZero() && !now.Before(p.IgnoredUntil) {
		p.State, p.By, p.Note, p.IgnoredUntil, p.ChangedAt = storage.ProblemOpen, "", "", time.Time{}, now
	}
	return p
}

// seenEvery is how exactly is kept when a problem was last seen: not every look that sees it writes.
const seenEvery = time.Minute
