// Package validate finds what a store would take without an error and treat otherwise than the caller means: a member
// that it ignores, a number from which it strips characters, a line without a product. The package looks at the write
// alone. The outbox asks the store for what the write does not tell.
package validate
