// Package writeview is how a write of the outbox looks: as JSON, and in words (what it does, what it waits for).
package writeview
