using System.Net;

namespace Resift.Local.Hub;

/// <summary>Downloads the content of one file, going on where an earlier download broke off.</summary>
/// <remarks>
/// What is half there is named by the hash of the whole, so it is of the same content however old it is, and the hash tells at the end:
/// If-Range would only make a server that names versions otherwise send all of it again.
/// </remarks>
/// <param name="client">Asks the hub.</param>
/// <param name="model">The model.</param>
/// <param name="file">The file.</param>
/// <param name="incomplete">The path of what is half there.</param>
internal sealed class BlobDownload(HubClient client, HubModelInfo model, HubFile file, string incomplete)
{
    /// <summary>Gets how many bytes of the file are there.</summary>
    public long Done { get; private set; }

    /// <summary>Downloads what is missing.</summary>
    /// <param name="onProgress">Called when <see cref="Done"/> has changed.</param>
    /// <param name="onRetry">Called before the pause that follows a failure.</param>
    /// <param name="cancellationToken">Stops it; what came by then is kept.</param>
    public Task RunAsync(Action onProgress, Action onRetry, CancellationToken cancellationToken) => client.RetryAsync(
        async () =>
        {
            await AttemptAsync(onProgress, cancellationToken).ConfigureAwait(false);
            return true;
        },
        () => Done,
        onRetry,
        cancellationToken);

    private async Task AttemptAsync(Action onProgress, CancellationToken cancellationToken)
    {
        var target = new FileStream(
            incomplete, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        await using (target.ConfigureAwait(false))
        {
            long had = target.Length > file.Size ? 0 : target.Length;
            using var response = had == file.Size ? null : await AskAsync(had, cancellationToken).ConfigureAwait(false);
            long kept = response is null || GoesOn(response, had) ? had : 0;
            target.SetLength(kept);
            Done = 0;
            using var hash = new BlobHash(file.Hash, file.Size);
            await hash.AppendAsync(target, Count, cancellationToken).ConfigureAwait(false);
            if (response is not null)
            {
                await AppendAsync(response, target, hash, Count, cancellationToken).ConfigureAwait(false);
            }

            if (!hash.IsAsExpected())
            {
                target.SetLength(0);
                Done = 0;
                throw kept > 0
                    ? new TransientException($"What was there of {file.Path} was not of this file; it is downloaded anew.")
                    : new InvalidDataException($"{file.Path} of {model.Id} came with another content than the hub states: its hash is " +
                        $"not {file.Hash}. It was thrown away. Try again; if that fails too, a proxy changes what it passes on.");
            }
        }

        void Count(int bytes)
        {
            Done += bytes;
            onProgress();
        }
    }

    private Task<HttpResponseMessage> AskAsync(long had, CancellationToken cancellationToken)
    {
        string path = string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));
        var address = client.At($"{model.Id.Repository}/resolve/{model.Commit}/{path}");
        return client.SendAsync(address, model.Id, had > 0 ? had : null, cancellationToken);
    }

    private bool GoesOn(HttpResponseMessage response, long had) => response.StatusCode == HttpStatusCode.PartialContent
        && response.Content.Headers.ContentRange is { } range && range.From == had
        && (range.Length is null || range.Length == file.Size);

    private async Task AppendAsync(
        HttpResponseMessage response, FileStream target, BlobHash hash, Action<int> count, CancellationToken cancellationToken)
    {
        if (Done == 0 && response.StatusCode != HttpStatusCode.OK)
        {
            throw new TransientException($"The hub does not go on with {file.Path} where it broke off; it is downloaded anew.");
        }

        await client.CopyAsync(
            response,
            file.Size - Done,
            data =>
            {
                target.Write(data.Span);
                hash.Append(data.Span);
                count(data.Length);
            },
            cancellationToken).ConfigureAwait(false);
        if (Done < file.Size)
        {
            throw new TransientException($"{file.Path} broke off after {Done} of {file.Size} bytes.");
        }
    }
}
