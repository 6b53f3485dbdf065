using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace Resift.Testing;

/// <summary>
/// A test that reads a folder of <c>shared</c>. Where that folder is absent there is no such test: nothing runs, and nothing is counted.
/// One test of the documentation says for all of them what was left out.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(ConditionalFactDiscoverer))]
internal sealed class ReferenceFactAttribute(
    string folder, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber), IConditionalFact
{
    public bool CanRun => TestData.HasShared(folder);
}

/// <summary>As <see cref="ReferenceFactAttribute"/>, for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(ConditionalTheoryDiscoverer))]
internal sealed class ReferenceTheoryAttribute(
    string folder, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : TheoryAttribute(sourceFilePath, sourceLineNumber), IConditionalFact
{
    public bool CanRun => TestData.HasShared(folder);
}

/// <summary>A fact or theory that there is only under a condition.</summary>
internal interface IConditionalFact
{
    /// <summary>Gets a value indicating whether there is such a test.</summary>
    bool CanRun { get; }
}

internal sealed class ConditionalFactDiscoverer : FactDiscoverer
{
    public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
        factAttribute is IConditionalFact { CanRun: false } ? new([]) : base.Discover(discoveryOptions, testMethod, factAttribute);
}

internal sealed class ConditionalTheoryDiscoverer : TheoryDiscoverer
{
    public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
        factAttribute is IConditionalFact { CanRun: false } ? new([]) : base.Discover(discoveryOptions, testMethod, factAttribute);
}
