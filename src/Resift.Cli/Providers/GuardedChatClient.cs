using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>
/// A chat client whose failures are all of one kind. Clients read what a server sends with trust: a web page, JSON without choices or a
/// stream of something else end in whatever exception the reading of it meets.
/// </summary>
/// <param name="inner">The client.</param>
/// <param name="failure">
/// Creates the exception that is thrown in place of another, given whether a part of the answer had come before.
/// </param>
internal sealed class GuardedChatClient(IChatClient inner, Func<Exception, bool, ChatServerException> failure) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.GetResponseAsync(messages, options, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw failure(exception, false);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var updates = base.GetStreamingResponseAsync(messages, options, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        bool isBegun = false;
        while (true)
        {
            try
            {
                if (!await updates.MoveNextAsync())
                {
                    break;
                }
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw failure(exception, isBegun);
            }

            isBegun |= updates.Current.Text.Length > 0;
            yield return updates.Current;
        }
    }
}
