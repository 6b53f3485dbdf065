using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>
/// Bounds what is under way, in requests and in tokens. What goes beyond is refused at once: a client that waits in a queue which it cannot
/// see gives up before its turn, and its work is done for nobody.
/// </summary>
internal sealed class WorkGate(ResiftServerOptions options)
{
    private readonly Lock _lock = new();
    private int _requests;
    private long _tokens;

    /// <summary>Gets how many requests are under way.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Gets how many tokens are under way.</summary>
    public long Tokens => Volatile.Read(ref _tokens);

    /// <summary>Lets a request in, until what comes back is disposed.</summary>
    /// <exception cref="ServerProblem">As many as may be are under way, or as its key may have.</exception>
    public IDisposable EnterRequest(HttpContext context)
    {
        var caller = Caller.Of(context);
        caller?.EnterRequest();
        lock (_lock)
        {
            if (_requests >= options.MaxRequestsUnderWay)
            {
                caller?.Use.LeaveRequest();
                throw Overloaded($"{options.MaxRequestsUnderWay} requests are under way, as many as may be");
            }

            _requests++;
        }

        return new Leaving(this, caller, requests: 1, tokens: 0);
    }

    /// <summary>Lets work in, until what comes back is disposed.</summary>
    /// <exception cref="ServerProblem">
    /// It is more than a request may have, more than there is room for now, or more than its key may have now.
    /// </exception>
    public IDisposable EnterWork(HttpContext context, long tokens)
    {
        if (tokens > options.MaxTokens)
        {
            throw new ServerProblem(ProblemKind.TooMany, $"The request has about {tokens} tokens to read, the query counted once for " +
                $"each document; at most {options.MaxTokens} are taken. Send fewer or shorter documents.");
        }

        lock (_lock)
        {
            if (_tokens > 0 && _tokens + tokens > options.MaxTokensUnderWay)
            {
                throw Overloaded($"about {_tokens} tokens are under way");
            }

            // Last, so that what the server has no room for is not taken from the key.
            Caller.Of(context)?.TakeTokens(tokens);
            _tokens += tokens;
        }

        return new Leaving(this, caller: null, requests: 0, tokens);
    }

    private static ServerProblem Overloaded(string why) =>
        new(ProblemKind.Overloaded, $"The server is busy: {why}. Come again after the time that Retry-After says.");

    private sealed class Leaving(WorkGate gate, Caller? caller, int requests, long tokens) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            lock (gate._lock)
            {
                if (!_left)
                {
                    _left = true;
                    gate._requests -= requests;
                    gate._tokens -= tokens;
                    caller?.Use.LeaveRequest();
                }
            }
        }
    }
}
