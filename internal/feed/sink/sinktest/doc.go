// Package sinktest is the suite that every kind of sink passes.
package sinktest
