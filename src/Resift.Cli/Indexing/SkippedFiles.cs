using System.Globalization;

namespace Resift.Cli;

/// <summary>Takes note of what is not indexed: bad files, which make the command end with an error, and what was passed over.</summary>
internal sealed class SkippedFiles
{
    // A folder of a million broken files should not become a million strings.
    private const int Named = 100;

    private readonly List<string> _reasons = [];
    private readonly SortedDictionary<string, int> _passedOver = new(StringComparer.Ordinal);

    /// <summary>Gets how many files, or folders, could not be read.</summary>
    public int BadCount { get; private set; }

    /// <summary>Takes note of something that was meant to be indexed and could not be.</summary>
    /// <param name="reason">A sentence that begins with its name.</param>
    public void AddBad(string reason)
    {
        if (BadCount++ < Named)
        {
            _reasons.Add(reason);
        }
    }

    /// <summary>Takes note of something that was left alone on purpose.</summary>
    /// <param name="what">Its kind, such as <c>hidden</c>.</param>
    public void PassOver(string what) => _passedOver[what] = _passedOver.GetValueOrDefault(what) + 1;

    /// <summary>Gets what there is to say, a line each.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (string reason in _reasons)
        {
            yield return $"skipped: {reason}";
        }

        if (BadCount > _reasons.Count)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"skipped: {BadCount - _reasons.Count:N0} more");
        }

        if (_passedOver.Count > 0)
        {
            var counts = _passedOver.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Value:N0} {kind.Key}"));
            yield return $"passed over: {string.Join(", ", counts)}";
        }
    }
}
