namespace Resift.Tests.Chaos;

/// <summary>Runs alone: what these tests count, memory and unobserved exceptions, belongs to the whole process.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
