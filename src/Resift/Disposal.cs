using System.Runtime.ExceptionServices;

namespace Resift;

/// <summary>Disposes several things, all of them, also when one throws.</summary>
internal static class Disposal
{
    public static void All(IEnumerable<IDisposable> owned)
    {
        ExceptionDispatchInfo? first = null;
        foreach (var one in owned)
        {
            try
            {
                one.Dispose();
            }
            catch (Exception error)
            {
                first ??= ExceptionDispatchInfo.Capture(error);
            }
        }

        first?.Throw();
    }
}
