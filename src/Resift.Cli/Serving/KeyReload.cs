using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Resift.AspNetCore;

namespace Resift.Cli;

/// <summary>
/// Reads the keys of a server again when their file changes. It looks at what the file holds, since a file that another takes the place of,
/// as Kubernetes does it, raises no event.
/// </summary>
internal sealed partial class KeyReload : BackgroundService
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    private readonly string _file;
    private readonly IReadOnlyList<string> _otherHashes;
    private readonly ResiftServerKeys _keys;
    private readonly ILogger<KeyReload> _logger;
    private readonly TimeProvider _time;
    private byte[] _known;

    /// <param name="file">The file.</param>
    /// <param name="known">What it held when the keys were first read.</param>
    /// <param name="otherHashes">The hashes of keys that do not come from it, and stay.</param>
    /// <param name="keys">The keys of the server.</param>
    /// <param name="logger">Hears of new keys, and of files that are wrong.</param>
    /// <param name="time">Says when to look.</param>
    public KeyReload(
        string file, byte[] known, IReadOnlyList<string> otherHashes, ResiftServerKeys keys,
        ILogger<KeyReload> logger, TimeProvider time)
    {
        (_file, _known, _otherHashes, _keys, _logger, _time) = (file, known, otherHashes, keys, logger, time);
    }

    /// <summary>Gets what the file holds; nothing where it cannot be read, which is said by whoever reads it then.</summary>
    public static byte[] ContentOf(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look();
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private void Look()
    {
        byte[] content = ContentOf(_file);
        if (content.AsSpan().SequenceEqual(_known))
        {
            return;
        }

        _known = content;
        try
        {
            var settings = ConfigurationFile.Read(_file).Server;
            _keys.Replace(settings.Keys, [.. settings.KeyHashes, .. _otherHashes]);
            LogReplaced(_file, settings.Keys.Count + settings.KeyHashes.Count);
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException or IOException
            or UnauthorizedAccessException)
        {
            LogRefused(_file, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} has changed: {Count} keys may call now.")]
    private partial void LogReplaced(string file, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} has changed and is wrong; the keys stay as they were. {Reason}")]
    private partial void LogRefused(string file, string reason);
}
