using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>Who calls with a key, and what may still be done with it.</summary>
/// <param name="key">The key.</param>
/// <param name="hash">Its hash.</param>
/// <param name="use">What was done with it, which outlives a change of its limits.</param>
internal sealed class Caller(ResiftServerKey key, byte[] hash, CallerUse use)
{
    public ResiftServerKey Key => key;

    public byte[] Hash => hash;

    public CallerUse Use => use;

    /// <summary>Gets who calls; null where no key was asked for.</summary>
    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();

    public bool MayUse(string model) => key.Models is not { } models || models.Contains(model);

    /// <summary>Lets a request in, until <see cref="CallerUse.LeaveRequest"/>.</summary>
    /// <exception cref="ServerProblem">It is one more than the key may have.</exception>
    public void EnterRequest()
    {
        if (!use.TryEnter(key.MaxRequestsUnderWay ?? int.MaxValue))
        {
            throw Limited($"has {key.MaxRequestsUnderWay} requests under way, as many as it may", wait: null);
        }

        if (key.RequestsPerMinute is { } most && !use.Requests.TryTake(most, 1, out var wait))
        {
            use.LeaveRequest();
            throw Limited($"may send {most} requests a minute", wait);
        }
    }

    /// <summary>Takes the tokens of a request.</summary>
    /// <exception cref="ServerProblem">They are more than the key may have now.</exception>
    public void TakeTokens(long tokens)
    {
        if (key.TokensPerMinute is { } most && !use.Tokens.TryTake(most, tokens, out var wait))
        {
            throw Limited($"may have about {most} tokens read a minute", wait);
        }
    }

    private ServerProblem Limited(string why, TimeSpan? wait) =>
        new(ProblemKind.Overloaded, $"The key '{key.Name}' {why}. Come again after the time that Retry-After says.")
        {
            Name = "rate_limited",
            RetryAfter = wait,
        };
}

/// <summary>What is and was done with a key.</summary>
internal sealed class CallerUse(TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _underWay;

    /// <summary>Gets what is left of this minute's requests.</summary>
    public MinuteBucket Requests { get; } = new(time);

    /// <summary>Gets what is left of this minute's tokens.</summary>
    public MinuteBucket Tokens { get; } = new(time);

    public bool TryEnter(int most)
    {
        lock (_lock)
        {
            if (_underWay >= most)
            {
                return false;
            }

            _underWay++;
            return true;
        }
    }

    public void LeaveRequest()
    {
        lock (_lock)
        {
            _underWay--;
        }
    }
}
