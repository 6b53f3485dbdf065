namespace Resift;

/// <summary>The one rule for what a search may go on without, and what its caller has to hear.</summary>
internal static class RerankFailures
{
    /// <summary>
    /// Determines whether an error is a mistake of the caller, such as an argument that is refused or a service disposed too early: the
    /// next call would fail as well, and going on without it would only hide that.
    /// </summary>
    public static bool IsCallersMistake(Exception error) =>
        error is ArgumentException or NotSupportedException or ObjectDisposedException;
}
