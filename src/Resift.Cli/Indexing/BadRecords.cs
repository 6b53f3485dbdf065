namespace Resift.Cli;

/// <summary>
/// Holds back the bad records of a file until a good one comes: a file in which nothing is a record is none of records, and no list of bad
/// ones.
/// </summary>
/// <param name="leaveOut">Hears of each bad record of a file of records; null where nobody does, and none is added.</param>
/// <param name="most">As many before a good one say as well that the file is none of records.</param>
internal sealed class BadRecords(Action<string>? leaveOut, int most = int.MaxValue)
{
    private List<InvalidDataException>? _first = [];

    /// <summary>Takes note of a bad record.</summary>
    /// <exception cref="InvalidDataException">It is one too many before a good one; the first says why.</exception>
    public void Add(InvalidDataException bad)
    {
        if (_first is null)
        {
            leaveOut!(bad.Message);
            return;
        }

        _first.Add(bad);
        if (_first.Count == most)
        {
            ThrowIfAll();
        }
    }

    /// <summary>Takes note of a good record.</summary>
    public void AddGood()
    {
        _first?.ForEach(bad => leaveOut!(bad.Message));
        _first = null;
    }

    /// <summary>Ensures that there was a good record, or no bad one.</summary>
    /// <exception cref="InvalidDataException">Only bad ones came; the first says why.</exception>
    public void ThrowIfAll()
    {
        if (_first is [var bad, ..])
        {
            throw bad;
        }
    }
}
