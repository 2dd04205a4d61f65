package catalogue

import (
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// PostTime returns an instant with what the store's clock shows then.
func (s *Store) PostTime(t time.Time) PostTime {
	_, offset := t.In(s.Zone()).Zone()
	return PostTime{Wall: t.UTC().Add(time.Duration(offset) * time.Second), Instant: t.UTC()}
}

// WallLimit reads a date parameter as WordPress's date queries do, by the store's clock. The result is false without a
// date.
func (s *Store) WallLimit(v rest.Value) (time.Time, bool) {
	if !rest.Truthy(v) {
		return time.Time{}, false
	}
	at, ok := s.ParseMoment(rest.Text(v))
	return s.PostTime(at).Wall, ok
}

// SetProductDates changes the dates of a product or variation, as an edit in the database does: nothing else changes.
// It returns false for an unknown id.
func (s *Store) SetProductDates(id int64, created, modified time.Time) bool {
	p, ok := s.Products.Get(id)
	if !ok {
		return false
	}
	s.Products.Change(p, func(p *Product) { p.Created, p.Modified = s.PostTime(created), s.PostTime(modified) })
	s.CatalogueChanged()
	return true
}

// resolveStatus is what WordPress makes of a status. A published record with a future date becomes "future". A "future"
// record whose date has passed is published.
func (c *Clerk) resolveStatus(status string, created time.Time) string {
	ahead := created.Sub(c.Now())
	switch {
	case status == "publish" && ahead >= time.Minute:
		return "future"
	case status == "future" && ahead < time.Minute:
		return "publish"
	}
	return status
}

// resolveSlug is the part of wp_insert_post that finds a slug. before is the stored record, nil for a new one. p holds
// the new status.
func (c *Clerk) resolveSlug(p, before *Product) {
	floating := p.Status == "draft" || p.Status == "pending" || p.Status == "auto-draft"
	if p.Status == "pending" && !c.mayPublish(p) {
		p.Slug = ""
	}
	slug := p.Slug
	switch {
	case slug == "" && floating:
	case slug == "":
		slug = wptext.SanitizeTitle(p.Name)
	case before != nil && before.Slug == slug:
	default:
		slug = wptext.SanitizeTitle(slug)
	}
	if before != nil && before.Status == "trash" && p.Status != "trash" {
		if desired := p.Meta.Text("_wp_desired_post_slug"); desired != "" {
			p.Meta.Delete("_wp_desired_post_slug")
			p.Meta.Save(&c.IDs.PostMeta)
			slug = desired
		}
	}
	if p.Status != "trash" && slug != "" {
		c.evictTrashedSlug(slug, p)
	}
	if p.Status == "trash" && before != nil && before.Status != "trash" {
		p.Meta = append(p.Meta, core.Meta{ID: c.IDs.PostMeta.Next(), Key: "_wp_desired_post_slug", Value: slug})
		slug = truncateSlug(slug, 191) + "__trashed"
	}
	p.Slug = slug
	if !floating {
		p.Slug = c.uniqueSlug(slug, p)
		if p.Slug == "" {
			p.Slug = c.uniqueSlug(core.Itoa(p.ID), p)
		}
	}
}

// mayPublish tells whether the clerk's user may publish products. Without that right a pending record has no slug.
func (c *Clerk) mayPublish(*Product) bool { return c.User == nil || c.User.Can("publish_products") }

// evictTrashedSlug gives a trashed record another slug when a record outside the trash wants the slug.
func (c *Clerk) evictTrashedSlug(slug string, wanting *Product) {
	key := *wanting
	key.Slug = slug
	for _, other := range c.Products.Named("slug", key.slugKey()) {
		if other.Status != "trash" || other.ID == wanting.ID {
			continue
		}
		c.Products.Change(other, func(other *Product) {
			other.Meta = append(other.Meta, core.Meta{ID: c.IDs.PostMeta.Next(), Key: "_wp_desired_post_slug",
				Value: other.Slug})
			other.Slug = truncateSlug(other.Slug, 191) + "__trashed"
		})
		return
	}
}

// uniqueSlug is wp_unique_post_slug. It appends -2, -3 … until no other record of the same type has the slug.
func (s *Store) uniqueSlug(slug string, p *Product) string {
	taken := func(candidate string) bool {
		key := *p
		key.Slug = candidate
		for _, other := range s.Products.Named("slug", key.slugKey()) {
			if other.ID != p.ID {
				return true
			}
		}
		return false
	}
	// Names of feeds cannot be slugs.
	switch slug {
	case "":
		return ""
	case "feed", "rdf", "rss", "rss2", "atom", "embed":
	default:
		if !taken(slug) {
			return slug
		}
	}
	for n := 2; ; n++ {
		suffix := "-" + strconv.Itoa(n)
		if candidate := truncateSlug(slug, 200-len(suffix)) + suffix; !taken(candidate) {
			return candidate
		}
	}
}

// truncateSlug cuts a slug to limit bytes without breaking an escaped character.
func truncateSlug(slug string, limit int) string {
	if len(slug) <= limit {
		return slug
	}
	decoded := core.RawURLDecode(slug)
	if decoded == slug {
		return strings.TrimRight(slug[:limit], "-")
	}
	return strings.TrimRight(wptext.EscapeForSlug(decoded, limit), "-")
}
