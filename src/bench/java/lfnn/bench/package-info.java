/** Benchmarks, side by side with other libraries; see docs/benchmarks.md. */
package lfnn.bench;
