namespace Resift.Sqlite;

/// <summary>How far an upsert has come. What it counts is committed, so it survives whatever happens next.</summary>
/// <param name="Documents">The number of documents done: added, updated or found unchanged.</param>
/// <param name="Unchanged">How many of them were unchanged.</param>
/// <param name="PassagesEmbedded">The number of passages embedded.</param>
/// <param name="PassagesReused">The number of passages whose vectors were kept.</param>
public readonly record struct UpsertProgress(long Documents, long Unchanged, long PassagesEmbedded, long PassagesReused);
